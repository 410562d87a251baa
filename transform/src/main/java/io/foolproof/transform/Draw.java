package io.foolproof.transform;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The random numbers that a batch of images is transformed by: a stream for each image, so that an
 * image is transformed in the same way in whatever batch it is.
 *
 * @param streams one for each image of the batch, in their order
 */
public record Draw(List<RandomStream> streams) {

  /**
   * The numbers of some samples at one step.
   *
   * @param seed the run's seed
   * @param samples their indices in their data set, in the order of the batch
   * @param purpose what the numbers are for, such as the name of an attack
   * @param step which step, from 0: another step has other numbers
   */
  public static Draw of(long seed, int[] samples, String purpose, int step) {
    return new Draw(
        Arrays.stream(samples)
            .mapToObj(sample -> new RandomStream(seed, sample, purpose, step))
            .toList());
  }

  /** How many images it is for. */
  public int size() {
    return streams.size();
  }

  /**
   * Streams that begin with the next numbers of these, so that how many numbers one transformation
   * draws does not change what others draw.
   */
  Draw spawn() {
    return new Draw(streams.stream().map(RandomStream::spawn).toList());
  }

  /** A value of each image. */
  double[] values(Range range) {
    return streams.stream().mapToDouble(range::draw).toArray();
  }

  /** A value of each image: [N, 1, 1, 1]. */
  Tensor knob(Range range, DType dtype) {
    return column(values(range), dtype);
  }

  /** Values of images as a tensor that goes with images: [N, 1, 1, 1]. */
  static Tensor column(double[] values, DType dtype) {
    return Tensor.of(values, values.length, 1, 1, 1).to(dtype);
  }

  /** Standard normal numbers, shaped as images. */
  Tensor gaussian(Tensor images) {
    float[] numbers = new float[Math.toIntExact(images.elements())];
    int each = numbers.length / Math.max(1, size());
    for (int i = 0; i < size(); i++) {
      streams.get(i).fillGaussian(numbers, i * each, (i + 1) * each);
    }
    return Tensor.of(numbers, images.shape()).to(images.dtype());
  }
}
