package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The distance of the clean image to the hull against that to the decision boundary. */
record FoolingScatter(Plot plot, List<Dot> dots) {

  /** A query, in the units of the plot. */
  record Dot(String x, String y, String text) {}

  /** The chart, or null where no boundary was searched for or all queries lie inside. */
  static @Nullable FoolingScatter of(FoolingResult result) {
    List<Fooled> known = result.withBoundary();
    double farthest = known.stream().mapToDouble(Fooled::cleanDistance).max().orElse(0);
    if (farthest == 0) {
      return null;
    }
    Plot plot =
        new Plot(
            Axis.linear(
                "smallest epsilon that fools (" + result.plan().threat().symbol() + ")",
                result.plan().threat().epsilon()),
            Axis.linear("distance to the hull", farthest));
    return new FoolingScatter(plot, known.stream().map(one -> dot(one, plot)).toList());
  }

  private static Dot dot(Fooled one, Plot plot) {
    double boundary = FoolingResult.boundary(one);
    return new Dot(
        plot.x(boundary),
        plot.y(one.cleanDistance()),
        "boundary at %s, hull at %s"
            .formatted(Numbers.decimal(boundary), Numbers.decimal(one.cleanDistance())));
  }
}
