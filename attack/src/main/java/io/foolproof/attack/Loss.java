package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.tensor.Nn;
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
   * attacks, 2020, arXiv 2003.01690, equations 6 and 7. Where there are too few classes for its
   * denominator, {@link #note} says what takes its place.
   */
  DLR("dlr"),

  /**
   * The logistic function of the margin, a smooth form of success: where a loss is the mean of many
   * draws, this is about how many of them are fooled. What is far from the boundary counts for
   * little, whether it is fooled already or will hardly be; of a model that is sure of an image,
   * beyond about 80 logits, there is no gradient left.
   */
  SUCCESS("success");

  /** Where the largest logits tie, the ratio has no scale; this stands in for 0. */
  private static final double NARROWEST = 1e-12;

  private final String word;

  Loss(String word) {
    this.word = word;
  }

  /**
   * The loss as a function of logits and labels. Towards a target, the rival is the best of all
   * other classes, which need not be the label.
   */
  public Objective towards(Goal goal) {
    return switch (this) {
      case CROSS_ENTROPY -> goal::crossEntropy;
      case MARGIN -> (logits, labels) -> goal.margin(logits, labels).neg();
      case SUCCESS -> (logits, labels) -> goal.margin(logits, labels).neg().sigmoid();
      case DLR ->
          (logits, labels) ->
              ratio(goal.margin(logits, labels).neg(), logits, goal instanceof Goal.Targeted);
    };
  }

  /**
   * How far the targets are ahead of the labels, [N]: the loss of an attack that only wants to
   * leave the label, towards one other class after another.
   *
   * @param logits [N, classes]
   * @param labels [N]
   * @param targets the classes to lead to, [N]
   */
  public Tensor between(Tensor logits, Tensor labels, Tensor targets) {
    Tensor lead = logit(logits, targets).sub(logit(logits, labels));
    return switch (this) {
      case CROSS_ENTROPY -> Nn.crossEntropy(logits, targets).neg();
      case MARGIN -> lead;
      case SUCCESS -> lead.sigmoid();
      case DLR -> ratio(lead, logits, true);
    };
  }

  /**
   * A lead over the first logit less the third, or less the mean of the third and the fourth where
   * the lead is that of a target. With two classes it is the lead itself: there is nothing to
   * divide it by that would not make it 1 or -1.
   */
  private static Tensor ratio(Tensor lead, Tensor logits, boolean targeted) {
    long classes = logits.size(1);
    if (classes < 3) {
      return lead;
    }
    Tensor sorted = logits.sort(1, true).values();
    Tensor lower = rank(sorted, 3);
    if (targeted && classes > 3) {
      lower = lower.add(rank(sorted, 4)).mul(0.5);
    }
    return lead.div(wideEnough(rank(sorted, 1).sub(lower)));
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
   * What a report has to say of this loss on a model with few classes; empty where it is the
   * published one.
   *
   * @param targeted whether it leads to one other class
   */
  public String note(Classifier model, boolean targeted) {
    int classes = model.classes();
    if (this != DLR || classes >= (targeted ? 4 : 3)) {
      return "";
    }
    return classes == 3
        ? "the DLR loss divides by the first logit less the third: there is no fourth class"
        : "the margin in place of the DLR loss, which has no denominator for two classes";
  }

  /** As it is written on the command line: ce, margin, dlr, success. */
  @Override
  public String toString() {
    return word;
  }
}
