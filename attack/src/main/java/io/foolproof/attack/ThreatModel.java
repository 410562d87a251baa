package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;

/**
 * What the attacker may do: change an image by at most epsilon, inside the model's box, to reach a
 * goal.
 *
 * @param norm how the change is measured
 * @param epsilon the largest change, in the units of the pixels; decided in double precision, so
 *     that a change is allowed when its norm, computed in double, is at most this
 * @param goal what counts as fooled
 */
public record ThreatModel(Norm norm, double epsilon, Goal goal) {

  /** Checks epsilon. */
  public ThreatModel {
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new InvalidInputException(
          "epsilon is " + epsilon + ": give a finite number that is not negative, such as 0.3");
    }
  }

  /** Any wrong class within epsilon. */
  public static ThreatModel untargeted(Norm norm, double epsilon) {
    return new ThreatModel(norm, epsilon, new Goal.Untargeted());
  }

  /** The same with another epsilon. */
  public ThreatModel withEpsilon(double other) {
    return new ThreatModel(norm, other, goal);
  }
}
