package io.foolproof.transform;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;

/**
 * From where to where a knob of a transformation is drawn, evenly. Written as {@code -15..15}, or
 * as a single number where it is always the same.
 *
 * @param low the smallest value
 * @param high the largest value, at least the smallest
 */
public record Range(double low, double high) {
  private static final String DOTS = "..";

  /**
   * Checks the ends.
   *
   * @throws InvalidInputException when the range is empty or an end is not finite
   */
  public Range {
    if (!Double.isFinite(low) || !Double.isFinite(high)) {
      throw new InvalidInputException(
          "the range %s..%s has an end that is not finite: give two numbers such as -15..15"
              .formatted(text(low), text(high)));
    }
    if (low > high) {
      throw new InvalidInputException(
          "the range %s..%s is empty: give the smaller number first"
              .formatted(text(low), text(high)));
    }
  }

  /** Always the same value. */
  public static Range of(double value) {
    return new Range(value, value);
  }

  /** As far to either side of zero. */
  public static Range around(double reach) {
    return new Range(-reach, reach);
  }

  /** From zero up. */
  public static Range upTo(double high) {
    return new Range(0, high);
  }

  /**
   * Reads {@code low..high} or a number.
   *
   * @throws InvalidInputException when the text is neither, or the range is empty
   */
  public static Range parse(String text) {
    int dots = text.indexOf(DOTS);
    try {
      return dots < 0
          ? of(Double.parseDouble(text))
          : new Range(
              Double.parseDouble(text.substring(0, dots)),
              Double.parseDouble(text.substring(dots + DOTS.length())));
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "'" + text + "' is not a range: give a number, or two such as -15..15", e);
    }
  }

  /** A value, drawn evenly. One random number is drawn even where the range has one value only. */
  public double draw(RandomStream stream) {
    double centre = low / 2 + high / 2;
    double reach = high / 2 - low / 2;
    return Math.min(high, Math.max(low, centre + reach * (2 * stream.nextDouble() - 1)));
  }

  /** Whether the knob always has this value. */
  public boolean isAlways(double value) {
    return low == value && high == value;
  }

  /**
   * Checks that all values are allowed.
   *
   * @param where the transformation and its knob, {@code rotation: degrees}
   * @throws InvalidInputException naming the range and what is allowed
   */
  Range within(String where, double least, double most) {
    if (low < least || high > most) {
      throw new InvalidInputException(
          "%s=%s: give values from %s to %s".formatted(where, this, text(least), text(most)));
    }
    return this;
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  @Override
  public String toString() {
    return low == high ? text(low) : text(low) + DOTS + text(high);
  }
}
