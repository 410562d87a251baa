package io.foolproof.geometry;

import java.math.BigDecimal;
import java.util.Arrays;

/** Doubles as decimals, without rounding; for {@link CertificateChecker}. */
final class Decimals {
  private Decimals() {}

  static BigDecimal[] of(double[] values) {
    BigDecimal[] decimals = new BigDecimal[values.length];
    for (int j = 0; j < values.length; j++) {
      decimals[j] = new BigDecimal(values[j]);
    }
    return decimals;
  }

  static BigDecimal dot(BigDecimal[] a, double[] b) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int j = 0; j < a.length; j++) {
      if (b[j] != 0) {
        sum = sum.add(a[j].multiply(new BigDecimal(b[j])));
      }
    }
    return sum;
  }

  static boolean finite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
