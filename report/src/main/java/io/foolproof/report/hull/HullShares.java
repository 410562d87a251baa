package io.foolproof.report.hull;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.RandomPoints;
import io.foolproof.geometry.Space;
import io.foolproof.report.Numbers;
import io.foolproof.report.audit.CurveChart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The share of queries inside against the dimension of the space, on a logarithmic axis.
 *
 * @param rows one a space, by dimension; empty where smaller spaces were not measured
 * @param ticks of the axis of dimensions
 * @param enough the largest dimension in which as many random points as there are training images
 *     are enough for the next to fall inside their hull
 * @param enoughPlace where that is on the axis
 */
record HullShares(List<Row> rows, List<CurveChart.Tick> ticks, int enough, String enoughPlace) {
  private static final int FIRST_TICK = 2;

  /**
   * A space.
   *
   * @param patch whether it is a patch of pixels, and not principal components or all pixels
   * @param x in the units of the plot, from its left
   * @param y from its top
   * @param needed how many random points it takes
   */
  record Row(
      String space,
      int dimension,
      Proportion inside,
      boolean patch,
      String x,
      String y,
      String needed) {}

  static HullShares of(HullResult result) {
    if (result.shares().isEmpty()) {
      return new HullShares(List.of(), List.of(), 0, "");
    }
    int largest = Math.max(result.dimension(), FIRST_TICK + 1);
    List<Row> rows = new ArrayList<>();
    for (InsideShare share : result.shares()) {
      rows.add(
          row(
              share.space(),
              share.dimension(),
              new Proportion(share.inside(), share.queries()),
              largest));
    }
    rows.add(row(result.plan().space(), result.dimension(), result.inside(), largest));
    rows.sort(Comparator.comparingInt(Row::dimension));
    List<CurveChart.Tick> ticks = new ArrayList<>();
    for (int dimension = FIRST_TICK; dimension <= largest; dimension *= 2) {
      ticks.add(new CurveChart.Tick(Numbers.count(dimension), place(dimension, largest)));
    }
    int enough = RandomPoints.enoughFor(result.plan().training().size());
    return new HullShares(rows, ticks, enough, place(enough, largest));
  }

  private static Row row(Space space, int dimension, Proportion inside, int largest) {
    double needed = RandomPoints.needed(dimension);
    return new Row(
        space.text(),
        dimension,
        inside,
        space instanceof Space.CentrePatch,
        place(dimension, largest),
        Numbers.fixed(CurveChart.HEIGHT * (1 - inside.value()), 1),
        needed < 1e9 ? Numbers.count(Math.round(needed)) : "10^" + (int) Math.log10(needed));
  }

  private static String place(int dimension, int largest) {
    double share =
        Math.log((double) dimension / FIRST_TICK) / Math.log((double) largest / FIRST_TICK);
    return Numbers.fixed(CurveChart.WIDTH * Math.min(1, Math.max(0, share)), 1);
  }
}
