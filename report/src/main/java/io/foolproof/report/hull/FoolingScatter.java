package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.report.Numbers;
import io.foolproof.report.audit.CurveChart;
import java.util.ArrayList;
import java.util.List;

/**
 * The distance to the decision boundary against that of the clean image to the hull, a dot a query.
 *
 * @param dots none where no boundary was searched for
 * @param boundaries ticks of the horizontal axis
 * @param distances ticks of the vertical axis, by their place from its top
 */
record FoolingScatter(
    List<Dot> dots, List<CurveChart.Tick> boundaries, List<CurveChart.Tick> distances) {
  private static final int TICKS = 4;

  /** A query, in the units of the plot. */
  record Dot(String x, String y, String text) {}

  static FoolingScatter of(FoolingResult result) {
    List<Fooled> known = result.withBoundary();
    double widest = result.plan().threat().epsilon();
    double farthest = known.stream().mapToDouble(Fooled::cleanDistance).max().orElse(0);
    if (farthest == 0) {
      return new FoolingScatter(List.of(), List.of(), List.of());
    }
    List<Dot> dots = new ArrayList<>();
    for (Fooled one : known) {
      double boundary = FoolingResult.boundary(one);
      dots.add(
          new Dot(
              Numbers.fixed(CurveChart.WIDTH * boundary / widest, 1),
              Numbers.fixed(CurveChart.HEIGHT * (1 - one.cleanDistance() / farthest), 1),
              "boundary at %s, hull at %s"
                  .formatted(Numbers.decimal(boundary), Numbers.decimal(one.cleanDistance()))));
    }
    List<CurveChart.Tick> boundaries = new ArrayList<>();
    List<CurveChart.Tick> distances = new ArrayList<>();
    for (int t = 0; t <= TICKS; t++) {
      double share = (double) t / TICKS;
      boundaries.add(
          new CurveChart.Tick(
              Numbers.decimal(widest * share), Numbers.fixed(CurveChart.WIDTH * share, 1)));
      distances.add(
          new CurveChart.Tick(
              Numbers.decimal(farthest * share),
              Numbers.fixed(CurveChart.HEIGHT * (1 - share), 1)));
    }
    return new FoolingScatter(dots, boundaries, distances);
  }
}
