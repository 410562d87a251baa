package io.foolproof.defense.training;

import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.CrossEntropy;
import io.foolproof.defense.loss.TrainingLoss;
import io.foolproof.tensor.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * All that says how a net is trained, but for how long and with which random numbers.
 *
 * @param recipe what this is called
 * @param loss what is made small
 * @param adversary whom the net is trained against; null for nobody
 * @param rule how often, and where, a step takes gradients
 * @param descent how weights follow them
 * @param augmentation how training images are varied
 */
public record Training(
    String recipe,
    TrainingLoss loss,
    @Nullable Adversary adversary,
    StepRule rule,
    Descent descent,
    Augmentation augmentation) {

  /**
   * How weights follow gradients.
   *
   * @param optimiser the rule of a step
   * @param schedule how the rate changes
   * @param rate the largest rate
   * @param batch images in a step
   * @param averaging how much of the running mean of the weights a step keeps, which is what is
   *     exported; 0 to export the weights themselves
   */
  public record Descent(
      Optimiser optimiser, Schedule schedule, double rate, int batch, double averaging) {
    /** Checks the numbers. */
    public Descent {
      if (batch < 1 || !(rate > 0) || Double.isInfinite(rate)) {
        throw new InvalidInputException(
            "training takes batches of 1 or more and a positive rate; found batches of "
                + batch
                + ", rate "
                + rate);
      }
      if (!(averaging >= 0 && averaging < 1)) {
        throw new InvalidInputException(
            "averaging is " + averaging + ": give a number from 0 up to 1, such as 0.999");
      }
    }

    /** With another largest rate. */
    public Descent withRate(double other) {
      return new Descent(optimiser, schedule, other, batch, averaging);
    }

    /** With batches of another size. */
    public Descent withBatch(int other) {
      return new Descent(optimiser, schedule, rate, other, averaging);
    }
  }

  /**
   * Checks that a loss of adversarial examples has somebody who makes them, and one of bounds a
   * region.
   */
  public Training {
    if (loss.isAdversarial() && (adversary == null || adversary.attack() == null)) {
      throw new InvalidInputException(loss + " needs adversarial examples: say against whom");
    }
    if (loss.isBounded() && (adversary == null || !adversary.threats().isLinfAlone())) {
      throw new InvalidInputException(
          "the recipe '%s' bounds what a net makes of changes in L-inf alone; found %s: give --norm linf"
              .formatted(recipe, adversary == null ? "none" : adversary.threats().text()));
    }
  }

  /** Of plain classifiers: cross-entropy, Adam, one cycle, light augmentation. */
  public static Training plain() {
    return new Training(
        "plain",
        new CrossEntropy(0),
        null,
        new StepRule.Once(),
        new Descent(new Optimiser.Adam(), new Schedule.OneCycle(), 3e-3, 128, 0),
        Augmentation.LIGHT);
  }

  /** What the net is to withstand; null where nothing is known. */
  public @Nullable Threats threats() {
    return adversary == null ? null : adversary.threats();
  }

  /** With epsilon growing over another fraction of training, where there is one. */
  public Training withGrowth(double growth) {
    Adversary now = adversary;
    return now == null
        ? this
        : new Training(recipe, loss, now.withGrowth(growth), rule, descent, augmentation);
  }

  /** With another loss. */
  public Training with(TrainingLoss other) {
    return new Training(recipe, other, adversary, rule, descent, augmentation);
  }

  /** With another descent. */
  public Training with(Descent other) {
    return new Training(recipe, loss, adversary, rule, other, augmentation);
  }

  /** With other variations of the images. */
  public Training with(Augmentation other) {
    return new Training(recipe, loss, adversary, rule, descent, other);
  }
}
