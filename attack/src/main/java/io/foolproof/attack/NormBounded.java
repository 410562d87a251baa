package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;

/**
 * A threat model that lets values change by at most epsilon in a norm.
 *
 * @param norm how the change is measured
 * @param epsilon the largest change, in the units of the pixels, for L0 a number of values or
 *     pixels; decided in double precision: a change is allowed when its norm, computed in double,
 *     is at most this
 * @param goal what counts as fooled
 * @param admissible which points are allowed besides
 */
public record NormBounded(Norm norm, double epsilon, Goal goal, Admissible admissible)
    implements ThreatModel {

  /** Checks epsilon. */
  public NormBounded {
    requireEpsilon(epsilon);
  }

  /** With values of any size. */
  public NormBounded(Norm norm, double epsilon, Goal goal) {
    this(norm, epsilon, goal, new Admissible.AnyValue());
  }

  /**
   * With values of a few levels.
   *
   * @param levels how many levels a changed value can have, evenly spaced over the box, as in a
   *     file of 8-bit images; 0 for any value
   */
  public NormBounded(Norm norm, double epsilon, Goal goal, int levels) {
    this(norm, epsilon, goal, ofLevels(levels));
  }

  private static Admissible ofLevels(int levels) {
    if (levels != 0 && levels < 2) {
      throw new InvalidInputException(
          "levels is " + levels + ": give 2 or more, such as 256, or 0 for any value");
    }
    return levels == 0 ? new Admissible.AnyValue() : new Admissible.EvenLevels(levels);
  }

  static void requireEpsilon(double epsilon) {
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new InvalidInputException(
          "epsilon is " + epsilon + ": give a finite number that is not negative, such as 0.3");
    }
  }

  /**
   * A threat model whose changes are measured in a norm.
   *
   * @throws IllegalArgumentException for one that moves pixels
   */
  public static NormBounded require(ThreatModel threat) {
    if (threat instanceof NormBounded bounded) {
      return bounded;
    }
    throw new IllegalArgumentException("a norm was expected, found " + threat.symbol());
  }

  @Override
  public NormBounded withEpsilon(double other) {
    return new NormBounded(norm, other, goal, admissible);
  }

  @Override
  public NormBounded withGoal(Goal other) {
    return new NormBounded(norm, epsilon, other, admissible);
  }

  @Override
  public int levels() {
    return admissible instanceof Admissible.EvenLevels even ? even.count() : 0;
  }

  @Override
  public Distances between(float[] clean, float[] changed, InputSpec shape) {
    return admissible.between(clean, changed, shape);
  }

  @Override
  public boolean admits(float[] clean, float[] changed) {
    return admissible.admits(clean, changed);
  }

  @Override
  public String whyFixed(InputSpec box) {
    if (epsilon == 0) {
      return "epsilon is 0";
    }
    return norm.countsChanges() && epsilon < 1
        ? "epsilon is " + epsilon + ", and one change is 1"
        : admissible.whyFixed(box, norm, epsilon);
  }

  @Override
  public String symbol() {
    return norm.symbol();
  }

  @Override
  public String id() {
    return norm.id();
  }

  @Override
  public double size(Distances change) {
    return change.in(norm);
  }

  /**
   * How far apart two points must be in a value for the model to tell them apart, as a fraction of
   * the box: what is rounded to the same level is the same.
   *
   * @param least the answer where any value is allowed
   */
  public double apart(double least) {
    return levels() == 0 ? least : Math.max(least, 1.0 / (levels() - 1));
  }
}
