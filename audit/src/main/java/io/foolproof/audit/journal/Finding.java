package io.foolproof.audit.journal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one stage of an audit found for one sample.
 *
 * @param index the sample's index in its data set
 * @param outcome how the stage ended for it
 * @param prediction the class of the image that the stage ends with; -1 for none
 * @param confidence the model's probability of that class
 * @param cost what it took
 * @param example the adversarial example of a sample that is {@link Outcome#FOOLED}; of a
 *     randomised model also the best candidate of a sample that is not; null otherwise
 * @param closeness how close an attack that fooled nothing came: the margin at its best point over
 *     the first logit less the third, 0 at the boundary; null where nothing is ranked by it
 * @param tally what fresh draws of a randomised model say of the image; null of other models
 */
public record Finding(
    long index,
    Outcome outcome,
    int prediction,
    double confidence,
    Cost cost,
    @Nullable Example example,
    @Nullable Double closeness,
    @Nullable Tally tally) {

  /** Of a model that is not randomised. */
  public Finding(
      long index,
      Outcome outcome,
      int prediction,
      double confidence,
      Cost cost,
      @Nullable Example example) {
    this(index, outcome, prediction, confidence, cost, example, null, null);
  }

  /** With a tally, of a randomised model. */
  public Finding(
      long index,
      Outcome outcome,
      int prediction,
      double confidence,
      Cost cost,
      @Nullable Example example,
      @Nullable Tally tally) {
    this(index, outcome, prediction, confidence, cost, example, null, tally);
  }

  /** The same with how close the attack came. */
  public Finding withCloseness(double margin) {
    return new Finding(index, outcome, prediction, confidence, cost, example, margin, tally);
  }

  /** How a stage can end for a sample. */
  public enum Outcome {
    /** Evaluated, or attacked without success. */
    NOT_FOOLED,
    /** Fooled, with an example that was replayed. */
    FOOLED,
    /**
     * The attack claimed a success that did not hold when replayed; of a clean sample, its logits
     * did not hold alone or in another runtime.
     */
    NOT_REPLAYED,
    /** The model's logits were not finite. */
    NOT_FINITE
  }

  /**
   * What a sample took.
   *
   * @param forwards how many times it was evaluated
   * @param backwards how many of its gradients were computed
   * @param nanos its fraction of its batch's time
   */
  public record Cost(long forwards, long backwards, long nanos) {}

  /**
   * An adversarial example that was replayed, or a candidate for one.
   *
   * @param image its pixels, in the model's box
   * @param survivesRounding whether it still fools the model as an 8-bit image
   * @param moved how far the attack moved the pixel that it moved farthest, in pixels; null where
   *     the attack moves none
   */
  public record Example(float[] image, boolean survivesRounding, @Nullable Double moved) {}

  /** Checks that there is an example where the sample is fooled, or may be by other draws. */
  public Finding {
    requireConsistent(index, outcome, example != null, tally != null);
  }

  static void requireConsistent(long index, Outcome outcome, boolean hasExample, boolean hasTally) {
    Objects.requireNonNull(outcome, "a finding has an outcome");
    boolean fooled = outcome == Outcome.FOOLED;
    boolean candidate = outcome == Outcome.NOT_FOOLED && hasTally;
    if (hasExample ? !fooled && !candidate : fooled) {
      throw new IllegalArgumentException(
          "sample "
              + index
              + " is "
              + outcome
              + (hasExample ? " with" : " without")
              + " an adversarial example");
    }
  }
}
