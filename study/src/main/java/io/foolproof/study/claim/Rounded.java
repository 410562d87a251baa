package io.foolproof.study.claim;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers of any size, for sentences. */
final class Rounded {
  private static final MathContext DIGITS = new MathContext(2);
  private static final double LARGEST = 1e6;
  private static final double SMALLEST = 1e-6;

  private Rounded() {}

  /** Two digits that count, such as 0.0044, 1,600 or 1.3 x 10^13. */
  static String of(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : String.valueOf(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS);
    if (rounded.precision() == 1) {
      rounded = rounded.setScale(rounded.scale() + 1); // 0.10, as 0.12 has it
    }
    double size = Math.abs(value);
    if (size < LARGEST && size >= SMALLEST) {
      return String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded);
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded.movePointLeft(exponent).toPlainString() + " x 10^" + exponent;
  }
}
