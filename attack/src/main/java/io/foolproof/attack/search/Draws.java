package io.foolproof.attack.search;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Random tensors in which every row comes from a stream of its own. */
public final class Draws {

  /** Fills a range of an array with random numbers. */
  @FunctionalInterface
  public interface Fill {
    void fill(RandomStream stream, float[] values, int from, int to);
  }

  private Draws() {}

  public static Tensor of(List<RandomStream> streams, long[] shape, Fill fill) {
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

  public static Tensor gaussian(List<RandomStream> streams, long[] shape) {
    return of(streams, shape, RandomStream::fillGaussian);
  }

  /** Puts numbers into a random order, every order as likely. */
  public static int[] shuffle(int[] order, RandomStream stream) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = stream.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /** The numbers from 0 on, in a random order. */
  public static int[] order(int count, RandomStream stream) {
    return shuffle(IntStream.range(0, count).toArray(), stream);
  }
}
