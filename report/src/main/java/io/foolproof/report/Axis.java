package io.foolproof.report;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * An axis of a chart, with ticks at round numbers: multiples of 1, 2 or 5 times a power of ten on a
 * linear axis, whole powers of the base on a logarithmic one.
 *
 * @param title what is measured along it
 * @param low the value at its start
 * @param high the value at its end
 * @param logarithmic whether equal lengths are equal ratios
 * @param ticks by ascending value
 */
public record Axis(String title, double low, double high, boolean logarithmic, List<Tick> ticks) {
  /** More steps than this, and the labels run into each other on a narrow screen. */
  private static final int MOST_STEPS = 5;

  /** So much of a step may be missing at the end of an axis: rounding of decimal fractions. */
  private static final double ROUNDING = 1e-9;

  /** A labelled value. */
  public record Tick(String label, double value) {}

  /** Takes a copy. */
  public Axis {
    requireEnds(title, low, high, logarithmic);
    ticks = List.copyOf(ticks);
  }

  private static void requireEnds(String title, double low, double high, boolean logarithmic) {
    if (!(high > low) || Double.isInfinite(high - low) || (logarithmic && !(low > 0))) {
      throw new IllegalArgumentException(title + ": from " + low + " to " + high);
    }
  }

  /** From 0 to a positive number. */
  public static Axis linear(String title, double high) {
    return linear(title, high, step(high, MOST_STEPS), Numbers::decimal);
  }

  /** From 0 to 1, labelled in per cent. */
  public static Axis percent(String title) {
    return linear(title, 1, step(1, MOST_STEPS), value -> Numbers.fixed(100 * value, 0) + " %");
  }

  /** Logarithmic, from a power of ten up to 1, labelled in per cent. */
  public static Axis logarithmicPercent(String title, double low) {
    return logarithmic(
        title, low, 1, 10, exponent -> Numbers.decimal(100 * Math.pow(10, exponent)) + " %");
  }

  /** From 0 to a positive count, with ticks at whole numbers only. */
  public static Axis count(String title, int high) {
    double step = Math.max(1, step(high, MOST_STEPS));
    return linear(title, high, step, value -> Numbers.count(Math.round(value)));
  }

  /** Logarithmic, with ticks at powers of two, written out. */
  public static Axis powersOfTwo(String title, double low, double high) {
    return logarithmic(title, low, high, 2, exponent -> Numbers.count(1L << exponent));
  }

  /** Logarithmic, with ticks at powers of ten, written as such. */
  public static Axis powersOfTen(String title, double low, double high) {
    return logarithmic(title, low, high, 10, Numbers::powerOfTen);
  }

  /** The smallest of 1, 2 or 5 times a power of ten of which so many cover a range. */
  public static double step(double range, int most) {
    if (!(range > 0) || Double.isInfinite(range)) {
      throw new IllegalArgumentException("no steps of an axis of length " + range);
    }
    int exponent = (int) Math.floor(Math.log10(range / most)) - 1;
    for (; ; exponent++) {
      for (int digit : new int[] {1, 2, 5}) {
        // Read as decimal fractions are: a product such as 2 * 0.1 would be off in the last bit.
        double step = Double.parseDouble(digit + "e" + exponent);
        if (range / step <= most + ROUNDING) {
          return step;
        }
      }
    }
  }

  /** How far along the axis a value is, as a fraction of its length; within [0, 1]. */
  public double fraction(double value) {
    double fraction =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.max(0, Math.min(1, fraction));
  }

  private static Axis linear(String title, double high, double step, DoubleFunction<String> label) {
    int steps = (int) Math.floor(high / step + ROUNDING);
    List<Tick> ticks =
        IntStream.rangeClosed(0, steps)
            .mapToObj(k -> new Tick(label.apply(k * step), k * step))
            .toList();
    return new Axis(title, 0, high, false, ticks);
  }

  private static Axis logarithmic(
      String title, double low, double high, int base, IntFunction<String> label) {
    requireEnds(title, low, high, true);
    int first = (int) Math.ceil(Math.log(low) / Math.log(base) - ROUNDING);
    int last = (int) Math.floor(Math.log(high) / Math.log(base) + ROUNDING);
    int stride = Math.max(1, (last - first + MOST_STEPS) / (MOST_STEPS + 1));
    List<Tick> ticks =
        IntStream.iterate(first, exponent -> exponent <= last, exponent -> exponent + stride)
            .mapToObj(exponent -> new Tick(label.apply(exponent), Math.pow(base, exponent)))
            .toList();
    return new Axis(title, low, high, true, ticks);
  }
}
