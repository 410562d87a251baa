package io.foolproof.report.hull;

import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.Numbers;
import io.foolproof.report.audit.CurveChart;
import java.util.ArrayList;
import java.util.List;

/**
 * How many queries lie how far outside the hull.
 *
 * @param bars one a range of distances, ascending; none where all queries are inside
 * @param ticks of the axis of distances
 * @param most the number of queries that the tallest bar stands for
 */
record HullHistogram(List<Bar> bars, List<CurveChart.Tick> ticks, int most) {
  private static final int BARS = 24;
  private static final int TICKS = 4;

  /**
   * A bar, in the units of the plot, from its left and its top.
   *
   * @param text what it stands for
   */
  record Bar(String x, String y, String width, String height, String text) {}

  static HullHistogram of(HullResult result) {
    double[] distances =
        result.findings().stream()
            .filter(finding -> !finding.inside())
            .mapToDouble(HullFinding::distance)
            .toArray();
    double largest = 0;
    for (double distance : distances) {
      largest = Math.max(largest, distance);
    }
    if (largest == 0) {
      return new HullHistogram(List.of(), List.of(), 0);
    }
    int[] counts = new int[BARS];
    int most = 0;
    for (double distance : distances) {
      int bar = Math.min(BARS - 1, (int) (BARS * distance / largest));
      counts[bar]++;
      most = Math.max(most, counts[bar]);
    }
    List<Bar> bars = new ArrayList<>();
    double width = (double) CurveChart.WIDTH / BARS;
    for (int i = 0; i < BARS; i++) {
      double height = (double) CurveChart.HEIGHT * counts[i] / most;
      bars.add(
          new Bar(
              Numbers.fixed(i * width + 1, 1),
              Numbers.fixed(CurveChart.HEIGHT - height, 1),
              Numbers.fixed(width - 2, 1),
              Numbers.fixed(height, 1),
              Numbers.decimal(largest * i / BARS)
                  + " to "
                  + Numbers.decimal(largest * (i + 1) / BARS)
                  + ": "
                  + Numbers.count(counts[i])));
    }
    List<CurveChart.Tick> ticks = new ArrayList<>();
    for (int t = 0; t <= TICKS; t++) {
      ticks.add(
          new CurveChart.Tick(
              Numbers.decimal(largest * t / TICKS),
              Numbers.fixed((double) CurveChart.WIDTH * t / TICKS, 1)));
    }
    return new HullHistogram(bars, ticks, most);
  }
}
