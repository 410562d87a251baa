package io.foolproof.attack.search;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;

/** Projections onto balls around clean images that have another radius for each. */
public final class OntoBall {
  private OntoBall() {}

  /**
   * The nearest points in the ball of the pursuit's norm and in the box.
   *
   * @param centre the clean images, [lanes, d]
   * @param points [lanes, d]
   * @param radius [lanes, 1]; for L0 how many values may differ
   */
  public static Tensor project(
      ClosestPursuit pursuit, Tensor centre, Tensor points, Tensor radius) {
    return switch (pursuit.norm()) {
      case LINF -> {
        Tensor delta = points.sub(centre).clamp(radius.neg(), radius);
        yield pursuit.inBox(centre.add(delta));
      }
      case L2 -> L2Ball.project(centre, points, radius.toDoubles(), pursuit.input());
      case L1 -> L1Ball.project(centre, points, radius.to(DType.FLOAT64), pursuit.input());
      case L0 -> largest(centre, pursuit.inBox(points), radius);
      case L0_PIXELS -> throw new IllegalStateException("no projection onto a number of pixels");
    };
  }

  /** Keeps the largest changes of each row, this many, and takes the others back. */
  private static Tensor largest(Tensor centre, Tensor points, Tensor count) {
    Tensor order = points.sub(centre).abs().sort(1, true).indices();
    Tensor rank = Tensor.arange(points.size(1)).unsqueeze(0).expand(order.shape());
    Tensor ranks = Tensor.zeros(DType.INT64, order.shape()).scatter(1, order, rank);
    return Tensor.where(ranks.lt(count), points, centre);
  }
}
