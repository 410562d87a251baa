package io.foolproof.attack;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;

/** Random tensors in which every row comes from a stream of its own. */
final class Draws {

  /** Fills a range of an array with random numbers. */
  @FunctionalInterface
  interface Fill {
    void fill(RandomStream stream, float[] values, int from, int to);
  }

  private Draws() {}

  static Tensor of(List<RandomStream> streams, long[] shape, Fill fill) {
    int elements = 1;
    for (int i = 1; i < shape.length; i++) {
      elements *= (int) shape[i];
    }
    float[] values = new float[streams.size() * elements];
    for (int row = 0; row < streams.size(); row++) {
      fill.fill(streams.get(row), values, row * elements, (row + 1) * elements);
    }
    return Tensor.of(values, shape);
  }

  static Tensor gaussian(List<RandomStream> streams, long[] shape) {
    return of(streams, shape, RandomStream::fillGaussian);
  }
}
