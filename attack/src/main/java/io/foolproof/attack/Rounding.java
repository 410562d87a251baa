package io.foolproof.attack;

import io.foolproof.model.InputSpec;

/** How much room to leave so that 32-bit results are inside a ball that is checked in 64 bits. */
final class Rounding {
  /** A norm that is summed up in 32 bits is off by less than this share. */
  private static final double OF_NORM = 1e-5;

  private Rounding() {}

  /** The most that one value of an image changes when it is rounded to 32 bits. */
  static double ofPixel(InputSpec input) {
    float largest = (float) Math.max(Math.abs(input.low()), Math.abs(input.high()));
    return Math.ulp(largest) / 2.0;
  }

  /** A radius inside epsilon, by the rounding of the values and of the norm itself. */
  static double shrunk(double epsilon, double rounding) {
    return Math.max(0, epsilon * (1 - OF_NORM) - 2 * rounding);
  }
}
