package io.foolproof.report.frontier;

import io.foolproof.audit.frontier.Frontier;
import io.foolproof.audit.frontier.Published;
import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Clean error across, robust error upwards: the lower left corner is best. */
record FrontierChart(Plot plot, List<Point> points, List<Point> published) {

  /** What is less stands at the left end. */
  private static final double LEAST_ERROR = 0.001;

  /**
   * A model, in the units of the plot.
   *
   * @param low the end of its error bar downwards, {@code high} upwards
   * @param doubtful whether there are signs that its robust error is larger
   */
  record Point(
      String label, String x, String y, String low, String high, boolean doubtful, String text) {}

  static FrontierChart of(Frontier frontier, List<Published> others) {
    Plot plot =
        new Plot(
            Axis.logarithmicPercent("clean error", LEAST_ERROR),
            Axis.percent("robust error, at least"));
    List<Point> points = new ArrayList<>();
    for (Frontier.Entry entry : frontier.entries()) {
      points.add(
          new Point(
              Integer.toString(points.size() + 1),
              plot.x(entry.cleanError()),
              plot.y(entry.robustError()),
              plot.y(1 - entry.robustHigh()),
              plot.y(1 - entry.robustLow()),
              !entry.doubts().isEmpty(),
              entry.name()
                  + ": clean error "
                  + Numbers.percent(entry.cleanError())
                  + ", robust error at least "
                  + Numbers.percent(entry.robustError())));
    }
    Stream<Point> hollow =
        others.stream()
            .map(
                one ->
                    new Point(
                        one.name(),
                        plot.x(1 - one.clean()),
                        plot.y(1 - one.robust()),
                        "",
                        "",
                        false,
                        one.name()
                            + ", published: clean error "
                            + Numbers.percent(1 - one.clean())
                            + ", robust error at least "
                            + Numbers.percent(1 - one.robust())));
    return new FrontierChart(plot, points, hollow.toList());
  }
}
