package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import java.util.Arrays;

/** Rounding to 32 bits so that results stay inside bounds that are checked in 64 bits. */
public final class Rounding {
  /** A norm that is summed up in 32 bits is off by less than this fraction. */
  private static final double OF_NORM = 1e-5;

  private Rounding() {}

  /** The smallest 32-bit number that is not below a value. */
  public static float up(double value) {
    float nearest = (float) value;
    return nearest < value ? Math.nextUp(nearest) : nearest;
  }

  /** The largest 32-bit number that is not above a value. */
  public static float down(double value) {
    float nearest = (float) value;
    return nearest > value ? Math.nextDown(nearest) : nearest;
  }

  /** The most that one value of an image changes when it is rounded to 32 bits. */
  public static double ofPixel(InputSpec input) {
    float largest = (float) Math.max(Math.abs(input.low()), Math.abs(input.high()));
    return Math.ulp(largest) / 2.0;
  }

  /** A radius inside epsilon, by the rounding of the values and of the norm itself. */
  public static double shrunk(double epsilon, double rounding) {
    return Math.max(0, epsilon * (1 - OF_NORM) - 2 * rounding);
  }

  /** As {@link #shrunk(double, double)}, of several. */
  public static double[] shrunk(double[] epsilons, double rounding) {
    return Arrays.stream(epsilons).map(epsilon -> shrunk(epsilon, rounding)).toArray();
  }
}
