package io.foolproof.certify.bound;

import io.foolproof.certify.net.Net;
import io.foolproof.certify.property.Ball;
import io.foolproof.certify.property.Property;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a case: those of a box, or those that a box has in common with a ball whose centre
 * is in it.
 *
 * @param low lower ends of the box
 * @param high upper ends
 * @param ball null for all of the box
 */
public record InputSet(double[] low, double[] high, @Nullable Ball ball) {
  /** Few: any multiplier is sound, and a nearly best one loses next to nothing. */
  private static final int HALVINGS = 24;

  private static final double TINY = 1e-30;

  /** The inputs of a case of a property. */
  public static InputSet of(Property.Unsafe unsafe) {
    return new InputSet(unsafe.lowest(), unsafe.highest(), unsafe.ball());
  }

  /**
   * Where linear functions are least.
   *
   * @param value lower bounds: [R, 1]
   * @param point the inputs that attain them: [R, inputs]
   */
  record Least(Tensor value, Tensor point) {}

  /**
   * The least values of linear functions.
   *
   * @param rows [R, inputs]
   */
  Least least(Tensor rows) {
    DType type = rows.dtype();
    Tensor lower = Net.row(low, type);
    Tensor upper = Net.row(high, type);
    if (ball != null) {
      return least(rows, lower, upper, ball);
    }
    Tensor positive = rows.clamp(0, Double.POSITIVE_INFINITY);
    Tensor negative = rows.sub(positive);
    Tensor value =
        positive.matmul(lower.transpose(0, 1)).add(negative.matmul(upper.transpose(0, 1)));
    return new Least(value, Tensor.where(rows.gt(0), lower, upper));
  }

  /**
   * Any part q of a row may be bounded over the ball, by the dual norm, where the rest is bounded
   * over the box. The best part is, by Lagrange, the row cut off at a multiplier (L1), or at a
   * multiplier times the room that the box leaves (L2); bisection finds the multiplier.
   */
  private static Least least(Tensor rows, Tensor lower, Tensor upper, Ball ball) {
    boolean l2 = ball.isEuclidean();
    double radius = ball.largestRadius();
    Tensor centre = Net.row(ball.nearest(), rows.dtype());
    Tensor size = rows.abs();
    Tensor room = Tensor.where(rows.gt(0), centre.sub(lower), upper.sub(centre));
    Tensor none = Tensor.zeros(rows.dtype(), 1, 1);
    Tensor below = Tensor.zeros(rows.dtype(), rows.size(0), 1);
    Tensor above = l2 ? length(rows).mul(2 / radius).add(TINY) : size.max(true, 1);
    for (int i = 0; i < HALVINGS; i++) {
      Tensor middle = below.add(above).mul(0.5);
      Tensor move =
          l2 ? size.div(middle.add(TINY)).minimum(room) : Tensor.where(size.gt(middle), room, none);
      Tensor reach = (l2 ? move.mul(move) : move).sum(true, 1);
      Tensor leaves = reach.gt(none.add(l2 ? radius * radius : radius));
      below = Tensor.where(leaves, middle, below);
      above = Tensor.where(leaves, above, middle);
    }
    Tensor part = size.minimum(l2 ? room.mul(above) : above);
    Tensor dual = l2 ? length(part) : part.max(true, 1);
    Tensor move;
    if (l2) {
      move = size.div(above.add(TINY)).minimum(room);
    } else {
      // What is at the multiplier itself moves only as far as the radius still allows.
      move = Tensor.where(size.gt(above), room, none);
      Tensor more = Tensor.where(size.gt(below), room, none).sub(move);
      Tensor left = move.sum(true, 1).neg().add(radius);
      move = move.add(more.mul(left.div(more.sum(true, 1).add(TINY)).clamp(0, 1)));
    }
    Tensor value =
        rows.matmul(centre.transpose(0, 1))
            .sub(size.sub(part).mul(room).sum(true, 1))
            .sub(dual.mul(radius));
    return new Least(value, centre.sub(rows.sign().mul(move)));
  }

  private static Tensor length(Tensor rows) {
    return rows.mul(rows).sum(true, 1).sqrt();
  }
}
