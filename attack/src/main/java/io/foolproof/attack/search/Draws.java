package io.foolproof.attack.search;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
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

  /** The numbers from 0 on, in a random order. */
  public static int[] order(int count, RandomStream stream) {
    return stream.shuffle(IntStream.range(0, count).toArray());
  }

  /** The gradient with a random direction in the rows that are zero everywhere, or not finite. */
  public static Tensor withDirection(Tensor gradient, List<RandomStream> streams) {
    return replaced(gradient, streams, largest -> largest > 0 && Double.isFinite(largest));
  }

  /** The gradient with a random direction in the rows that are not finite; zero is an answer. */
  public static Tensor finite(Tensor gradient, List<RandomStream> streams) {
    return replaced(gradient, streams, Double::isFinite);
  }

  /**
   * The gradient with a random direction, of length 1, in the lanes that are no good.
   *
   * @param good whether a lane is, from its largest absolute value
   */
  private static Tensor replaced(
      Tensor gradient, List<RandomStream> streams, DoublePredicate good) {
    double[] largest = gradient.abs().max(false, Rows.valueDims(gradient)).toDoubles();
    if (Arrays.stream(largest).allMatch(good)) {
      return gradient;
    }
    float[][] rows = Rows.split(gradient);
    // Other lanes must not draw here, or their random numbers would depend on their neighbours.
    for (int lane = 0; lane < rows.length; lane++) {
      if (!good.test(largest[lane])) {
        streams.get(lane).fillGaussian(rows[lane], 0, rows[lane].length);
        Vectors.scaleTo(1, rows[lane]);
      }
    }
    return Rows.stack(rows, gradient.shape());
  }
}
