package io.foolproof.report.hull;

import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many queries lie how far outside the hull.
 *
 * @param bars one per range of distances between round numbers, ascending
 */
record HullHistogram(Plot plot, List<Bar> bars) {
  private static final int MOST_BARS = 30;

  /**
   * A bar, in the units of the plot, from its left and its top.
   *
   * @param text what it stands for
   */
  record Bar(String x, String y, String width, String height, String text) {}

  /** The chart, or null where all queries are inside. */
  static @Nullable HullHistogram of(HullResult result) {
    double[] distances =
        result.findings().stream()
            .filter(finding -> !finding.inside())
            .mapToDouble(HullFinding::distance)
            .sorted()
            .toArray();
    double largest = distances.length == 0 ? 0 : distances[distances.length - 1];
    if (largest == 0) {
      return null;
    }
    double width = Axis.step(largest, MOST_BARS);
    int[] counts = new int[(int) Math.ceil(largest / width)];
    int most = 0;
    for (double distance : distances) {
      int bar = Math.min(counts.length - 1, (int) (distance / width));
      counts[bar]++;
      most = Math.max(most, counts[bar]);
    }
    Plot plot =
        new Plot(
            Axis.linear("distance to the hull", width * counts.length),
            Axis.count("queries outside", most));
    return new HullHistogram(plot, bars(counts, most, width));
  }

  private static List<Bar> bars(int[] counts, int most, double width) {
    List<Bar> bars = new ArrayList<>();
    double across = (double) Plot.WIDTH / counts.length;
    for (int i = 0; i < counts.length; i++) {
      double height = (double) Plot.HEIGHT * counts[i] / most;
      bars.add(
          new Bar(
              Numbers.fixed(i * across + 1, 1),
              Numbers.fixed(Plot.HEIGHT - height, 1),
              Numbers.fixed(across - 2, 1),
              Numbers.fixed(height, 1),
              Numbers.decimal(width * i)
                  + " to "
                  + Numbers.decimal(width * (i + 1))
                  + ": "
                  + Numbers.count(counts[i], "query", "queries")));
    }
    return bars;
  }
}
