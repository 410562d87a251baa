package io.foolproof.study;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers of any size, as a sentence takes them. */
public final class Rounded {
  private static final MathContext DIGITS = new MathContext(3);
  private static final double LARGE = 1000;
  private static final double LARGEST = 1e7;
  private static final double SMALLEST = 1e-6;

  private Rounded() {}

  /**
   * To three significant digits, such as 0.0044 or 46.3; whole, with thousands separated, from
   * 1,000 on; with a power of ten, such as 1.77 x 10^13, where it is too large or too small to be
   * read.
   */
  public static String of(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "unknown" : "infinite";
    }
    double size = Math.abs(value);
    if (size >= LARGE && size < LARGEST) {
      return String.format(Locale.ROOT, "%,d", Math.round(value));
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    if (size == 0 || (size >= SMALLEST && size < LARGEST)) {
      return rounded.toPlainString();
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded.movePointLeft(exponent).toPlainString() + " x 10^" + exponent;
  }
}
