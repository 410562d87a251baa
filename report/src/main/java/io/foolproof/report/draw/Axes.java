package io.foolproof.report.draw;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.study.Rounded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Axes that enclose what was found, whatever it was. */
public final class Axes {
  private static final int MOST_TICKS = 6;

  private Axes() {}

  /** Linear, from 0 to the largest of some values, or a little further. */
  public static Axis fromZero(String title, double... values) {
    double most = finite(values).max().orElse(0);
    return Axis.linear(title, most > 0 ? most * 1.05 : 1);
  }

  /**
   * Logarithmic, from the power of ten below the least positive value to that above the largest.
   */
  public static Axis powersOfTen(String title, double... values) {
    double least = finite(values).filter(v -> v > 0).min().orElse(1);
    double most = finite(values).filter(v -> v > 0).max().orElse(1);
    double low = Math.pow(10, Math.floor(Math.log10(least)));
    double high = Math.pow(10, Math.ceil(Math.log10(most)));
    return Axis.powersOfTen(title, low, high > low ? high : 10 * low);
  }

  /** Fractions in per cent, from 0 to the round number above the largest. */
  public static Axis percentUpTo(String title, double... values) {
    double most = Math.min(1, 1.05 * finite(values).max().orElse(1));
    double step = Axis.step(most > 0 ? most : 1, MOST_TICKS - 1);
    double high = Math.min(1, step * Math.ceil(Math.max(most, step) / step));
    List<Axis.Tick> ticks = new ArrayList<>();
    for (int k = 0; k * step <= high + step / 2; k++) {
      ticks.add(new Axis.Tick(Numbers.decimal(100 * k * step) + " %", k * step));
    }
    return new Axis(title, 0, high, false, ticks);
  }

  /** Places 0, 1, 2, ... with a label each; of many, every second or third one has its label. */
  public static Axis ordinal(String title, List<String> labels) {
    int stride = (labels.size() + MOST_TICKS) / (MOST_TICKS + 1);
    List<Axis.Tick> ticks = new ArrayList<>();
    for (int k = 0; k < labels.size(); k += Math.max(1, stride)) {
      ticks.add(new Axis.Tick(labels.get(k), k));
    }
    return new Axis(title, -0.4, labels.size() - 0.6, false, ticks);
  }

  /** A weight as a label: large and small powers of ten as such. */
  public static String label(double weight) {
    double exponent = Math.log10(weight);
    return Math.abs(exponent) > 2 && Double.isFinite(exponent) && exponent == Math.rint(exponent)
        ? Numbers.powerOfTen((int) exponent)
        : Rounded.of(weight);
  }

  /** The places of an {@link #ordinal} axis. */
  public static double[] places(int count) {
    double[] places = new double[count];
    Arrays.setAll(places, k -> k);
    return places;
  }

  /** Linear, between two values, with these ticks. */
  public static Axis between(String title, double low, double high, double... ticks) {
    return new Axis(
        title,
        low,
        high,
        false,
        Arrays.stream(ticks).mapToObj(v -> new Axis.Tick(signed(v), v)).toList());
  }

  private static String signed(double value) {
    return Numbers.decimal(value).replace('-', '−');
  }

  private static DoubleStream finite(double... values) {
    return Arrays.stream(values).filter(Double::isFinite);
  }

  public static double[] doubles(int... values) {
    return Arrays.stream(values).asDoubleStream().toArray();
  }

  /** Several arrays in one. */
  public static double[] all(double[]... arrays) {
    return Arrays.stream(arrays).flatMapToDouble(Arrays::stream).toArray();
  }
}
