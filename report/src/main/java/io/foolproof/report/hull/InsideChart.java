package io.foolproof.report.hull;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.RandomPoints;
import io.foolproof.geometry.Space;
import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fraction of queries inside against the dimension of the space, on a logarithmic axis.
 *
 * @param rows one per space, by dimension
 * @param enough the largest dimension in which as many random points as there are training images
 *     are enough for the next to fall inside their hull
 */
record InsideChart(Plot plot, List<Row> rows, int enough) {
  private static final int LOWEST = 2;

  /**
   * A space.
   *
   * @param patch whether it is a patch of pixels, and not principal components or all pixels
   * @param needed how many random points it takes
   */
  record Row(String space, int dimension, Proportion inside, boolean patch, String needed) {}

  /** The chart, or null where smaller spaces were not measured. */
  static @Nullable InsideChart of(HullResult result) {
    if (result.shares().isEmpty()) {
      return null;
    }
    List<Row> rows = new ArrayList<>();
    for (InsideShare one : result.shares()) {
      rows.add(row(one.space(), one.dimension(), new Proportion(one.inside(), one.queries())));
    }
    rows.add(row(result.plan().space(), result.dimension(), result.inside()));
    rows.sort(Comparator.comparingInt(Row::dimension));
    Plot plot =
        new Plot(
            Axis.powersOfTwo("dimensions", LOWEST, Math.max(result.dimension(), LOWEST + 1)),
            Axis.percent("inside the hull"));
    return new InsideChart(plot, rows, RandomPoints.enoughFor(result.plan().training().size()));
  }

  private static Row row(Space space, int dimension, Proportion inside) {
    double needed = RandomPoints.needed(dimension);
    return new Row(
        space.text(),
        dimension,
        inside,
        space instanceof Space.CentrePatch,
        needed < 1e9
            ? Numbers.count(Math.round(needed))
            : Numbers.powerOfTen((int) Math.log10(needed)));
  }
}
