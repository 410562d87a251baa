package io.foolproof.report.draw;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import java.util.Arrays;

/** How often values lie in intervals of equal, round width. */
public final class Histogram {
  private static final int MOST_BINS = 30;

  private Histogram() {}

  /**
   * A chart of bars.
   *
   * @param values 0 or more
   * @param whole whether they are whole numbers
   */
  public static Chart.Builder of(
      String title, String across, String up, String kind, boolean whole, double... values) {
    double most = Math.max(whole ? 1 : 1e-6, Arrays.stream(values).max().orElse(1));
    double width = Axis.step(most, MOST_BINS);
    width = whole ? Math.max(1, width) : width;
    int[] counts = new int[(int) Math.floor(most / width) + 1];
    for (double value : values) {
      counts[(int) Math.floor(value / width)]++;
    }
    int highest = Math.max(1, Arrays.stream(counts).max().orElse(1));
    Axis axis =
        whole
            ? Axis.count(across, (int) Math.ceil(counts.length * width))
            : Axis.linear(across, counts.length * width);
    Chart.Builder chart = Chart.of(title, new Plot(axis, Axis.count(up, highest)));
    for (int b = 0; b < counts.length; b++) {
      if (counts[b] > 0) {
        chart.box(
            kind,
            b * width,
            (b + 1) * width,
            0,
            counts[b],
            Numbers.decimal(b * width) + ": " + Numbers.count(counts[b]));
      }
    }
    return chart;
  }
}
