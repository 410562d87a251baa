package io.foolproof.attack;

import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Reductions and factors per sample. */
final class Rows {
  private Rows() {}

  /** All dimensions but the first. */
  static long[] valueDims(Tensor batch) {
    return LongStream.range(1, batch.rank()).toArray();
  }

  /** As {@link #column(float[], int)}, rounded to 32 bits. */
  static Tensor column(double[] values, int rank) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return column(floats, rank);
  }

  /** Rows of values as a batch of this shape. */
  static Tensor stack(float[][] rows, long... shape) {
    int d = rows.length == 0 ? 0 : rows[0].length;
    float[] values = new float[rows.length * d];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, values, row * d, d);
    }
    return Tensor.of(values, shape);
  }

  /** The values of each row of a batch. */
  static float[][] split(Tensor batch) {
    float[] values = batch.toFloats();
    float[][] rows = new float[(int) batch.size(0)][];
    for (int row = 0; row < rows.length; row++) {
      int d = values.length / rows.length;
      rows[row] = Arrays.copyOfRange(values, row * d, (row + 1) * d);
    }
    return rows;
  }

  /** One truth value a sample, shaped [N, 1, 1, ...]. */
  static Tensor mask(boolean[] values, int rank) {
    return Tensor.of(values, columnShape(values.length, rank));
  }

  /** The values of some of the rows. */
  static double[] select(double[] values, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
  }

  /** One number a sample, shaped [N, 1, 1, ...] so that it broadcasts over a batch of this rank. */
  static Tensor column(float[] values, int rank) {
    return Tensor.of(values, columnShape(values.length, rank));
  }

  private static long[] columnShape(int rows, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[0] = rows;
    return shape;
  }
}
