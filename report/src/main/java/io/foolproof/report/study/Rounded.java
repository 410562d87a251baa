package io.foolproof.report.study;

import io.foolproof.report.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as a sentence takes them. */
final class Rounded {
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final double LARGE = 1000;
  private static final double LARGEST = 1e7;

  private Rounded() {}

  /**
   * To three significant digits; whole, with thousands separated, where it is large; with a power
   * of ten where it is too large to be read.
   */
  static String of(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "unknown" : "infinite";
    }
    if (Math.abs(value) >= LARGEST) {
      int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
      return of(value / Math.pow(10, exponent)) + " × " + Numbers.powerOfTen(exponent);
    }
    return Math.abs(value) >= LARGE
        ? Numbers.count(Math.round(value))
        : new BigDecimal(value).round(THREE_DIGITS).stripTrailingZeros().toPlainString();
  }
}
