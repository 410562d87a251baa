package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.Embedding;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.RandomPoints;
import io.foolproof.geometry.Space;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** New images inside the hull of the training images, in spaces of fewer dimensions. */
public final class InsideByDimension implements Figure<InsideByDimension.Found> {
  private static final int[] COMPONENTS = {2, 3, 5, 8, 10, 12, 15, 20, 50};
  private static final int[] SIDES = {2, 3, 4, 5, 6, 8, 10, 14};

  /**
   * What it computes.
   *
   * @param images training images, which span the hulls
   * @param queries test images, each held against all hulls
   * @param enoughFor the largest dimension in which as many points, spread evenly over a ball, are
   *     enough for the next to fall inside their hull (Barany and Furedi 1988)
   * @param rows by dimension, ascending; the last is of all pixels
   */
  public record Found(int images, int queries, int enoughFor, List<Row> rows) {
    /** Copies the list. */
    public Found {
      rows = List.copyOf(rows);
    }
  }

  /**
   * One space.
   *
   * @param space {@code pca:K} for the K leading principal components of the training images,
   *     {@code patch:K} for the K x K pixels in the centre, or {@code pixels}
   * @param dimension of the space
   * @param inside queries inside the hull, certified
   * @param low lower end of the 95 % interval of the fraction inside (Wilson)
   * @param high its upper end
   * @param needed how many points, spread evenly over a ball, it takes in that dimension: {@code
   *     2^(d/2) / d}
   */
  public record Row(
      String space, int dimension, int inside, double low, double high, double needed) {}

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "Inside, by dimension";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    Workers workers = workshop.workers();
    ImageSet training = plan.training();
    ImageSet queries =
        plan.test().first(Math.min(plan.extent().of(500, 10_000), plan.test().size()));
    int[] components = below(COMPONENTS, Math.min(training.pixels(), training.size()));
    int[] sides = below(SIDES, Math.min(training.height(), training.width()));
    workshop.progress().begin("smaller spaces", components.length + sides.length + 1);
    List<Row> rows = new ArrayList<>();
    // The leading components are the same however many are asked for, so they are fitted once.
    int most = IntStream.of(components).max().orElse(1);
    Embedding embedding = new Space.Pca(most).fit(training, workers);
    PointSet points = embedding.apply(training);
    PointSet embedded = embedding.apply(queries);
    for (int k : components) {
      int inside = InsideShare.count(points.leading(k), embedded.leading(k), workers);
      rows.add(row(new Space.Pca(k), k, inside, queries.size()));
      workshop.progress().advance(1);
    }
    for (int side : sides) {
      rows.add(row(InsideShare.measure(new Space.CentrePatch(side), training, queries, workers)));
      workshop.progress().advance(1);
    }
    rows.sort(Comparator.comparingInt(Row::dimension));
    rows.add(row(InsideShare.measure(new Space.Pixels(), training, queries, workers)));
    workshop.progress().end();
    return new Found(
        training.size(), queries.size(), RandomPoints.enoughFor(training.size()), rows);
  }

  private static int[] below(int[] numbers, int limit) {
    return IntStream.of(numbers).filter(number -> number < limit).toArray();
  }

  private static Row row(InsideShare share) {
    return row(share.space(), share.dimension(), share.inside(), share.queries());
  }

  private static Row row(Space space, int dimension, int inside, int queries) {
    Proportion fraction = new Proportion(inside, queries);
    return new Row(
        space.text(),
        dimension,
        inside,
        fraction.low(),
        fraction.high(),
        RandomPoints.needed(dimension));
  }
}
