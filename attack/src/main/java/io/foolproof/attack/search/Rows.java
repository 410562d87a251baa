package io.foolproof.attack.search;

import io.foolproof.attack.Norm;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Reductions and factors per sample. */
public final class Rows {
  /** Under this length a row has no direction: dividing by it would overflow. */
  public static final double SHORTEST = 1e-30;

  private Rows() {}

  /** All dimensions but the first. */
  public static long[] valueDims(Tensor batch) {
    return LongStream.range(1, batch.rank()).toArray();
  }

  /** As {@link #column(float[], int)}, rounded to 32 bits. */
  public static Tensor column(double[] values, int rank) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return column(floats, rank);
  }

  /** Rows of values as a batch of this shape. */
  public static Tensor stack(float[][] rows, long... shape) {
    return Tensor.ofRows(rows, shape);
  }

  /** Whether no value is infinite or not a number. */
  public static boolean isFinite(float[] values) {
    boolean finite = true;
    for (float value : values) {
      finite &= Float.isFinite(value);
    }
    return finite;
  }

  /** The norm of each row, [N, 1, ...], in the type of the rows. */
  public static Tensor norm(Tensor rows, Norm norm) {
    long[] dims = valueDims(rows);
    return switch (norm) {
      case LINF -> rows.abs().max(true, dims);
      case L2 -> length(rows);
      case L1 -> rows.abs().sum(true, dims);
      case L0 -> rows.eq(0).not().to(DType.FLOAT32).sum(true, dims);
      case L0_PIXELS ->
          throw new IllegalArgumentException("values alone do not tell which belong to a pixel");
    };
  }

  /** Scaled by the largest value first: the squares of tiny values underflow. */
  private static Tensor length(Tensor rows) {
    Tensor largest = norm(rows, Norm.LINF).clamp(SHORTEST, Double.POSITIVE_INFINITY);
    return rows.div(largest).pow(2).sum(true, valueDims(rows)).sqrt().mul(largest);
  }

  /** The rows scaled to this norm; rows of zeros stay as they are. */
  public static Tensor scaledTo(Tensor rows, Norm norm, Tensor wanted) {
    Tensor now = norm(rows, norm).clamp(SHORTEST, Double.POSITIVE_INFINITY);
    return rows.div(now).mul(wanted);
  }

  /** The rows scaled to norm 1; rows of zeros stay as they are. */
  public static Tensor unit(Tensor rows, Norm norm) {
    return rows.div(norm(rows, norm).clamp(SHORTEST, Double.POSITIVE_INFINITY));
  }

  /** The values of each row of a batch. */
  public static float[][] split(Tensor batch) {
    float[] values = batch.toFloats();
    float[][] rows = new float[(int) batch.size(0)][];
    for (int row = 0; row < rows.length; row++) {
      int d = values.length / rows.length;
      rows[row] = Arrays.copyOfRange(values, row * d, (row + 1) * d);
    }
    return rows;
  }

  /** The values of one row of a batch: cheaper than {@link #split} where few are wanted. */
  public static float[] row(Tensor batch, int row) {
    try (Scope scope = Scope.open()) {
      return batch.rows(row, row + 1L).toFloats();
    }
  }

  /** One truth value a sample, shaped [N, 1, 1, ...]. */
  public static Tensor mask(boolean[] values, int rank) {
    return Tensor.of(values, columnShape(values.length, rank));
  }

  /** The values of some of the rows. */
  public static double[] select(double[] values, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
  }

  /** One number a sample, shaped [N, 1, 1, ...] so that it broadcasts over a batch of this rank. */
  public static Tensor column(float[] values, int rank) {
    return Tensor.of(values, columnShape(values.length, rank));
  }

  private static long[] columnShape(int rows, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[0] = rows;
    return shape;
  }
}
