package io.foolproof.study.figure;

import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.util.List;

/** New images inside the hull of the training images, in spaces of fewer dimensions. */
public final class InsideByDimension implements Figure<InsideByDimension.Found> {

  /**
   * What it computes.
   *
   * @param images training images, which span the hulls
   * @param queries test images, each held against all hulls
   * @param rejected how many certificates did not hold when they were checked; 0 unless there is an
   *     error in the program
   * @param enoughFor the largest dimension in which as many points, spread evenly over a ball, are
   *     enough for the next to fall inside their hull (Barany and Furedi 1988)
   * @param rows by dimension, ascending; the last is of all pixels
   */
  public record Found(int images, int queries, int rejected, int enoughFor, List<Row> rows) {
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
   * @param needed how many points, spread evenly over a ball, it takes in that dimension:
   *     {@code 2^(d/2) / d}
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
    throw new UnsupportedOperationException("not computed yet");
  }
}
