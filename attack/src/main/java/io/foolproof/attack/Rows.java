package io.foolproof.attack;

import io.foolproof.tensor.Tensor;
import java.util.stream.LongStream;

/** Reductions and factors per sample. */
final class Rows {
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
}
