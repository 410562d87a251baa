package io.foolproof.study.figure;

import java.util.Arrays;

/** The middle of some numbers. */
final class Medians {
  private Medians() {}

  /** The median; NaN of nothing. */
  static double of(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
