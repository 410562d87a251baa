package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;

/**
 * What the attacker may do: change an image by at most epsilon, inside the model's box, to reach a
 * goal.
 *
 * @param norm how the change is measured
 * @param epsilon the largest change, in the units of the pixels, for flows in pixels; decided in
 *     double precision, so that a change is allowed when its norm, computed in double, is at most
 *     this
 * @param goal what counts as fooled
 * @param levels how many levels a changed value can have, evenly spaced over the box, as in a file
 *     of 8-bit images; 0 for any value
 */
public record ThreatModel(Norm norm, double epsilon, Goal goal, int levels) {

  /** Checks epsilon and levels. */
  public ThreatModel {
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new InvalidInputException(
          "epsilon is " + epsilon + ": give a finite number that is not negative, such as 0.3");
    }
    if (levels != 0 && levels < 2) {
      throw new InvalidInputException(
          "levels is " + levels + ": give 2 or more, such as 256, or 0 for any value");
    }
    if (levels != 0 && norm == Norm.FLOW) {
      throw new InvalidInputException(
          "levels is "
              + levels
              + ": an image that is bent has values between levels, so that levels cannot be kept"
              + " with the norm flow");
    }
  }

  /** With values of any size. */
  public ThreatModel(Norm norm, double epsilon, Goal goal) {
    this(norm, epsilon, goal, 0);
  }

  /** Any wrong class within epsilon. */
  public static ThreatModel untargeted(Norm norm, double epsilon) {
    return new ThreatModel(norm, epsilon, new Goal.Untargeted());
  }

  /** The same with another epsilon. */
  public ThreatModel withEpsilon(double other) {
    return new ThreatModel(norm, other, goal, levels);
  }

  /**
   * How far apart two points must be in a value for the model to tell them apart, as a share of the
   * box: what is rounded to the same level is the same.
   *
   * @param least the answer where any value is allowed
   */
  public double apart(double least) {
    return levels == 0 ? least : Math.max(least, 1.0 / (levels - 1));
  }
}
