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
record FrontierChart(Plot plot, List<Point> points, List<Label> labels, List<Point> published) {

  /** What is less stands at the left end. */
  private static final double LEAST_ERROR = 0.001;

  /**
   * A model, in the units of the plot.
   *
   * @param low the end of its error bar downwards, {@code high} upwards
   * @param doubtful whether there are signs that its robust error is larger
   */
  record Point(String x, String y, String low, String high, boolean doubtful, String text) {}

  /** The numbers of the models at a place. */
  record Label(String x, String y, String anchor, String away, String text) {}

  /** Points that are no farther apart have one label. */
  private static final double NEAR = 14;

  /** So many numbers or ranges of numbers are written out. */
  private static final int MOST_NUMBERS = 6;

  private static List<Label> labels(List<Point> points) {
    List<List<Integer>> places = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      List<Integer> same = null;
      for (List<Integer> place : places) {
        Point first = points.get(place.get(0));
        boolean isNear =
            Math.abs(Double.parseDouble(first.x) - Double.parseDouble(point.x)) < NEAR
                && Math.abs(Double.parseDouble(first.y) - Double.parseDouble(point.y)) < NEAR;
        same = same == null && isNear ? place : same;
      }
      if (same == null) {
        same = new ArrayList<>();
        places.add(same);
      }
      same.add(i);
    }
    return places.stream()
        .map(
            place -> {
              Point first = points.get(place.get(0));
              boolean isRight = Double.parseDouble(first.x) > Plot.WIDTH / 2.0;
              return new Label(
                  first.x, first.y, isRight ? "end" : "start", isRight ? "-9" : "9", text(place));
            })
        .toList();
  }

  /** Numbers from 1, of which three and more in a row are a range. */
  private static String text(List<Integer> place) {
    List<String> parts = new ArrayList<>();
    for (int from = 0; from < place.size(); ) {
      int to = from;
      while (to + 1 < place.size() && place.get(to + 1) == place.get(to) + 1) {
        to++;
      }
      to = to - from < 2 ? from : to;
      int first = place.get(from) + 1;
      parts.add(to == from ? Integer.toString(first) : first + "–" + (place.get(to) + 1));
      from = to + 1;
    }
    return parts.size() <= MOST_NUMBERS
        ? String.join(", ", parts)
        : String.join(", ", parts.subList(0, MOST_NUMBERS)) + " …";
  }

  static FrontierChart of(Frontier frontier, List<Published> others) {
    Plot plot =
        new Plot(
            Axis.logarithmicPercent("clean error", LEAST_ERROR),
            Axis.percent("robust error, at least"));
    List<Point> points = new ArrayList<>();
    for (Frontier.Entry entry : frontier.entries()) {
      points.add(
          new Point(
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
    return new FrontierChart(plot, points, labels(points), hollow.toList());
  }
}
