package io.foolproof.attack;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.stream.LongStream;

/** Reductions and factors per sample. */
final class Rows {
  /** Under this length a row has no direction: dividing by it would overflow. */
  static final double SHORTEST = 1e-30;

  private Rows() {}

  /** All dimensions but the first. */
  static long[] valueDims(Tensor batch) {
    return LongStream.range(1, batch.rank()).toArray();
  }

  /** One number a sample, shaped [N, 1, 1, ...] so that it broadcasts over a batch of this rank. */
  static Tensor column(float[] values, int rank) {
    long[] shape = new long[rank];
    java.util.Arrays.fill(shape, 1);
    shape[0] = values.length;
    return Tensor.of(values, shape);
  }

  /** The norm of each row, [N, 1, ...], in the type of the rows. */
  static Tensor norm(Tensor rows, Norm norm) {
    long[] dims = valueDims(rows);
    return switch (norm) {
      case LINF -> rows.abs().max(true, dims);
      case L2 -> length(rows);
      case L1 -> rows.abs().sum(true, dims);
      case L0 -> rows.eq(0).not().to(DType.FLOAT32).sum(true, dims);
    };
  }

  /** Scaled by the largest value first: the squares of tiny values underflow. */
  private static Tensor length(Tensor rows) {
    Tensor largest = norm(rows, Norm.LINF).clamp(SHORTEST, Double.POSITIVE_INFINITY);
    return rows.div(largest).pow(2).sum(true, valueDims(rows)).sqrt().mul(largest);
  }

  /** The rows scaled to this norm; rows of zeros stay as they are. */
  static Tensor scaledTo(Tensor rows, Norm norm, Tensor wanted) {
    Tensor now = norm(rows, norm).clamp(SHORTEST, Double.POSITIVE_INFINITY);
    return rows.div(now).mul(wanted);
  }

  /** The rows scaled to norm 1; rows of zeros stay as they are. */
  static Tensor unit(Tensor rows, Norm norm) {
    return rows.div(norm(rows, norm).clamp(SHORTEST, Double.POSITIVE_INFINITY));
  }
}
