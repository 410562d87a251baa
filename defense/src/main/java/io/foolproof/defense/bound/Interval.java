package io.foolproof.defense.bound;

import io.foolproof.tensor.Tensor;

/**
 * What each of some numbers lies between.
 *
 * @param low [N, ...]
 * @param high [N, ...]
 */
public record Interval(Tensor low, Tensor high) {

  /** The values within epsilon of some, and within the box that all values live in. */
  public static Interval around(Tensor values, double epsilon, double least, double most) {
    return new Interval(
        values.add(-epsilon).clamp(least, most), values.add(epsilon).clamp(least, most));
  }

  static Interval of(Tensor centre, Tensor radius) {
    return new Interval(centre.sub(radius), centre.add(radius));
  }

  Tensor centre() {
    return low.add(high).mul(0.5);
  }

  /** Half the length. */
  Tensor radius() {
    return high.sub(low).mul(0.5);
  }
}
