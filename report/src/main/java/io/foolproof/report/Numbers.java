package io.foolproof.report;

import io.foolproof.audit.Proportion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.regex.Pattern;

/** Figures as text, the same in every locale. */
public final class Numbers {
  private static final MathContext FOUR_DIGITS = new MathContext(4);
  private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private static final Pattern POWER = Pattern.compile(" x 10\\^(-?\\d+)");

  private Numbers() {}

  /** A proportion in per cent; neither 0 nor 100 unless it is exactly that. */
  public static String percent(Proportion proportion) {
    return percent(proportion.value());
  }

  /** A fraction in [0, 1] in per cent; neither 0 nor 100 unless it is exactly that. */
  public static String percent(double fraction) {
    if (fraction > 0 && fraction < 0.0005) {
      return "< 0.1 %";
    }
    if (fraction < 1 && fraction >= 0.9995) {
      return "> 99.9 %";
    }
    return fixed(100 * fraction, 1) + " %";
  }

  /** The 95 % interval of a proportion: 2.1 to 5.9 %. */
  public static String interval(Proportion proportion) {
    return range(proportion.low(), proportion.high());
  }

  /** From one fraction in [0, 1] to another, in per cent: 2.1 to 5.9 %. */
  public static String range(double low, double high) {
    return fixed(100 * low, 1) + " to " + fixed(100 * high, 1) + " %";
  }

  /** A whole number with thousands separated: 12,345. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A number of things: 1 image, 2 images. */
  public static String count(long value, String thing) {
    return count(value, thing, thing + "s");
  }

  /** A number of things whose plural is irregular. */
  public static String count(long value, String one, String many) {
    return count(value) + " " + (value == 1 ? one : many);
  }

  /** With this many digits after the point. */
  public static String fixed(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** A distance in a few digits; infinite where none was found. */
  public static String distance(double value) {
    return Double.isFinite(value) ? decimal(value) : "none found";
  }

  /** To four significant digits, without zeros at the end. */
  public static String decimal(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(FOUR_DIGITS).stripTrailingZeros();
    return rounded.toPlainString();
  }

  /** A power of ten with its exponent raised: 10⁻². */
  public static String powerOfTen(int exponent) {
    StringBuilder text = new StringBuilder("10");
    for (char digit : Integer.toString(exponent).toCharArray()) {
      text.append(digit == '-' ? '⁻' : RAISED.charAt(digit - '0'));
    }
    return text.toString();
  }

  /** A text with its powers of ten, such as 1.77 x 10^13, as a page shows them: 1.77 × 10¹³. */
  public static String raised(String text) {
    return POWER
        .matcher(text)
        .replaceAll(power -> " × " + powerOfTen(Integer.parseInt(power.group(1))));
  }
}
