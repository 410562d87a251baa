package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;

/** The losses that a gradient attack can climb towards any goal. */
public enum Loss {
  /** Cross-entropy of the class to leave or to reach. */
  CROSS_ENTROPY("ce"),

  /**
   * The difference of two logits, as in Carlini and Wagner: Towards evaluating the robustness of
   * neural networks, 2016, arXiv 1608.04644, f6 of section V-A without its floor.
   */
  MARGIN("margin"),

  /**
   * The difference of logits ratio, which no scaling or shift of the logits changes: Croce and
   * Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free
   * attacks, 2020, arXiv 2003.01690, equations 6 and 7.
   */
  DLR("dlr");

  /** Where the largest logits tie, the ratio has no scale; this stands in for 0. */
  private static final double NARROWEST = 1e-12;

  private final String word;

  Loss(String word) {
    this.word = word;
  }

  /** The loss as a function of logits and labels. */
  public Objective towards(Goal goal) {
    return switch (this) {
      case CROSS_ENTROPY -> goal::crossEntropy;
      case MARGIN -> (logits, labels) -> goal.margin(logits, labels).neg();
      case DLR ->
          goal instanceof Goal.Targeted
              ? (logits, labels) -> targetedDlr(logits, labels, goal.referenceClass(labels))
              : (logits, labels) -> dlr(logits, goal.margin(logits, labels));
    };
  }

  /** Equation 6: minus the margin, over the first logit less the third. */
  private static Tensor dlr(Tensor logits, Tensor margin) {
    Tensor sorted = logits.sort(1, true).values();
    return margin.neg().div(wideEnough(rank(sorted, 1).sub(rank(sorted, 3))));
  }

  /**
   * Equation 7: the target's logit less the label's, over the first logit less the mean of the
   * third and fourth.
   *
   * @param logits [N, classes]
   * @param labels [N]
   * @param targets the classes to reach, [N]
   * @return [N]
   */
  public static Tensor targetedDlr(Tensor logits, Tensor labels, Tensor targets) {
    Tensor sorted = logits.sort(1, true).values();
    Tensor lower = rank(sorted, 3).add(rank(sorted, 4)).mul(0.5);
    return lead(logits, labels, targets).div(wideEnough(rank(sorted, 1).sub(lower)));
  }

  /** The target's logit less the label's: [N] from [N, classes], [N] and [N]. */
  public static Tensor lead(Tensor logits, Tensor labels, Tensor targets) {
    return logit(logits, targets).sub(logit(logits, labels));
  }

  private static Tensor logit(Tensor logits, Tensor classes) {
    return logits.gather(1, classes.unsqueeze(1)).squeeze(1);
  }

  private static Tensor rank(Tensor sorted, int rank) {
    return sorted.slice(1, rank - 1, rank, 1).squeeze(1);
  }

  private static Tensor wideEnough(Tensor spread) {
    return spread.clamp(NARROWEST, Double.POSITIVE_INFINITY);
  }

  /**
   * Checks that a model has the classes that this loss compares.
   *
   * @throws InvalidInputException naming both numbers
   */
  public void requireClasses(String attack, Classifier model, Goal goal) {
    if (this == DLR) {
      requireClasses(attack, model, goal instanceof Goal.Targeted ? 4 : 3);
    }
  }

  /** As {@link #requireClasses(String, Classifier, Goal)}, for the targeted DLR loss. */
  public static void requireClassesOfTargetedDlr(String attack, Classifier model) {
    requireClasses(attack, model, 4);
  }

  private static void requireClasses(String attack, Classifier model, int least) {
    if (model.classes() < least) {
      throw new InvalidInputException(
          String.format(
              "%s: its DLR loss compares %d classes, but %s has %d: use apgd:loss=ce or"
                  + " pgd:loss=margin",
              attack, least, model.name(), model.classes()));
    }
  }

  /** As it is written on the command line: ce, margin, dlr. */
  @Override
  public String toString() {
    return word;
  }
}
