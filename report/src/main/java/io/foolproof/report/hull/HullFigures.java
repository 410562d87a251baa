package io.foolproof.report.hull;

import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullResult;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * The figures that sum up a hull study. Medians are of the queries outside, and 0 where all are
 * inside.
 *
 * @param medianDistance of a query to the hull
 * @param medianNeighbourDistance of a query to the nearest training image
 * @param medianSupport how many training images the nearest hull point is mixed of
 */
record HullFigures(double medianDistance, double medianNeighbourDistance, double medianSupport) {

  static HullFigures of(HullResult result) {
    return new HullFigures(
        median(result, HullFinding::distance),
        median(result, HullFinding::neighbourDistance),
        median(result, finding -> finding.nearest().size()));
  }

  private static double median(HullResult result, ToDoubleFunction<HullFinding> figure) {
    return median(result.findings().stream().filter(f -> !f.inside()).mapToDouble(figure));
  }

  /** The median; 0 of nothing. */
  static double median(DoubleStream figures) {
    double[] sorted = figures.sorted().toArray();
    int n = sorted.length;
    return n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
