package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * What a classifier takes: the shape of one sample, and the box that its values live in.
 *
 * <p>Normalisation is part of the model, so the box is that of the images as they are stored,
 * usually [0, 1]. Its ends are rounded to 32 bits, as the images in it are: a pixel at the end of
 * the box is in the box.
 *
 * @param shape of one sample, without the batch: [C, H, W] for images
 * @param low the smallest value a pixel may have
 * @param high the largest value a pixel may have
 */
public record InputSpec(long[] shape, double low, double high) {

  /** Checks the box and copies the shape. */
  public InputSpec {
    low = rounded(low);
    high = rounded(high);
    if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new IllegalArgumentException("no box: [" + low + ", " + high + "]");
    }
    shape = shape.clone();
  }

  private static double rounded(double end) {
    return (float) end;
  }

  /** An input with pixels in [0, 1]. */
  public static InputSpec unit(long... shape) {
    return new InputSpec(shape, 0, 1);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** The shape of a batch of this many samples. */
  public long[] batchShape(long samples) {
    long[] batch = new long[shape.length + 1];
    batch[0] = samples;
    System.arraycopy(shape, 0, batch, 1, shape.length);
    return batch;
  }

  /** How many values a sample has. */
  public int elements() {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }

  /**
   * Refuses what is no batch of such samples.
   *
   * @param classifier what takes them, for the message
   * @throws InvalidInputException when the images have another shape, or are no floating-point
   *     numbers
   */
  public void requireBatch(String classifier, Tensor images) {
    long[] found = images.shape();
    long samples = found.length == 0 ? 1 : found[0];
    if (!images.dtype().isFloating() || !Arrays.equals(found, batchShape(samples))) {
      throw new InvalidInputException(
          "%s takes images [N, ...%s], found %s"
              .formatted(classifier, Arrays.toString(shape), images));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputSpec that
        && Arrays.equals(shape, that.shape)
        && low == that.low
        && high == that.high;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Double.hashCode(high - low);
  }

  @Override
  public String toString() {
    return Arrays.toString(shape) + " in [" + (float) low + ", " + (float) high + "]";
  }
}
