package io.foolproof.checker;

/**
 * Lines below the hyperbolic tangent, from the other side too, since it is itself when it is turned
 * by half a turn about 0. Every number here is rounded so that the lines are valid; docs/proofs.md
 * derives them.
 */
final class Tanh {
  /** The choice of a tangent where a certificate makes none. */
  static final double USUAL = 128 / 255.0;

  /** Java's tanh is within 2.5 units in the last place of the exact value: four is more. */
  private static final double ERROR = 4 * 0x1p-52;

  /** The same of subnormal numbers. */
  private static final double TINY = 4 * Double.MIN_VALUE;

  /** The limit only says how good a line is: no rounding matters. */
  private static final int HALVINGS = 40;

  private Tanh() {}

  /** A line below: slope x + offset, on the interval for which it was made. */
  record Line(double slope, double offset) {}

  /** At most tanh(x). */
  static double low(double x) {
    double t = StrictMath.tanh(x);
    return Math.nextDown(t - Math.nextUp(ERROR * Math.abs(t) + TINY));
  }

  /** At least tanh(x). */
  static double high(double x) {
    return -low(-x);
  }

  /**
   * The last point whose tangent is below tanh on [l, h], about; l where none is, or only that.
   * Tangents further on pass above the end.
   */
  static double limit(double l, double h) {
    if (h <= 0 || l >= 0) {
      return h <= 0 ? h : l;
    }
    double valid = l;
    double beyond = 0;
    for (int i = 0; i < HALVINGS; i++) {
      double d = (valid + beyond) / 2;
      double t = StrictMath.tanh(d);
      boolean isValid = t + (1 - t * t) * (h - d) <= StrictMath.tanh(h);
      valid = isValid ? d : valid;
      beyond = isValid ? beyond : d;
    }
    return valid;
  }

  /**
   * The tangent at min(l + choice (h - l), limit), or the chord where there is none, moved down as
   * far as it takes to be below tanh on [l, h].
   */
  static Line below(double l, double h, double limit, double choice) {
    double d = Math.min(l + choice * (h - l), limit);
    double t = StrictMath.tanh(d);
    boolean chord = !(limit > l) && h > l;
    double slope = chord ? (StrictMath.tanh(h) - StrictMath.tanh(l)) / (h - l) : 1 - t * t;
    return new Line(slope, offset(slope, chord ? l : d, l, h));
  }

  /**
   * At most tanh(x) - slope x, for all x of [l, h]. That is concave in x where x >= 0, and so least
   * at an end; and convex where x <= 0, and so above each of its tangents, such as that at d.
   */
  static double offset(double slope, double d, double l, double h) {
    double least = Math.min(at(l, slope), at(h, slope));
    if (l >= 0) {
      return least;
    }
    double end = Math.min(h, 0);
    double touch = Math.max(l, Math.min(end, d));
    // The derivative there, 1 - tanh(touch)^2 - slope, from below and from above; touch <= 0.
    double lowest = Math.nextDown(Math.nextDown(1 - Math.nextUp(low(touch) * low(touch))) - slope);
    double highest = Math.nextUp(Math.nextUp(1 - square(Math.min(0, high(touch)))) - slope);
    // To the left it counts from above, to the right from below.
    double left = Math.nextDown(-Math.max(0, highest) * Math.nextUp(touch - l));
    double right = Math.nextDown(Math.min(0, lowest) * Math.nextUp(end - touch));
    return Math.min(least, Math.nextDown(at(touch, slope) + Math.min(left, right)));
  }

  private static double square(double x) {
    return Math.nextDown(x * x);
  }

  /** At most tanh(x) - slope x. */
  private static double at(double x, double slope) {
    return Math.nextDown(low(x) - Math.nextUp(slope * x));
  }
}
