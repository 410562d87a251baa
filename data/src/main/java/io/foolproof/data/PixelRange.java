package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;

/**
 * The range of the values in a file of images: {@code low} becomes the pixel 0 and {@code high} the
 * pixel 1.
 *
 * @param low one for all values, or one a channel
 * @param high as many
 */
public record PixelRange(float[] low, float[] high) {
  /** What single precision loses on the way to another range and back. */
  static final double ROUNDING = 1e-6;

  /** Files of pixels from 0 to 1. */
  static final PixelRange UNIT = of(0, 1);

  /** Checks the ends and copies the arrays. */
  public PixelRange {
    low = low.clone();
    high = high.clone();
    if (low.length == 0 || low.length != high.length) {
      throw new InvalidInputException(
          "a range of pixels has %d low and %d high ends: give as many of both"
              .formatted(low.length, high.length));
    }
    for (int i = 0; i < low.length; i++) {
      if (!(low[i] < high[i]) || Float.isInfinite(high[i] - low[i])) {
        throw new InvalidInputException(
            "a range of pixels is from %s to %s: give the smaller end first, such as 0,255"
                .formatted(low[i], high[i]));
      }
    }
  }

  /** The same for all values. */
  public static PixelRange of(float low, float high) {
    return new PixelRange(new float[] {low}, new float[] {high});
  }

  /** Refuses images with another number of channels. */
  void requireFits(ImageShape shape, String where) {
    if (low.length > 1 && low.length != shape.channels()) {
      throw new InvalidInputException(
          "%s: the range of pixels has %d channels, the images have %d"
              .formatted(where, low.length, shape.channels()));
    }
  }

  /** The pixel of a value; outside [0, 1] where the value is out of the range. */
  float pixel(double value, int channel) {
    int c = low.length == 1 ? 0 : channel;
    return withoutRounding((value - low[c]) / ((double) high[c] - low[c]));
  }

  /** A pixel that is out of the box by no more than rounding is at its edge. */
  static float withoutRounding(double pixel) {
    if (pixel < 0 && pixel >= -ROUNDING) {
      return 0;
    }
    return pixel > 1 && pixel <= 1 + ROUNDING ? 1 : (float) pixel;
  }

  @Override
  public float[] low() {
    return low.clone();
  }

  @Override
  public float[] high() {
    return high.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PixelRange that
        && Arrays.equals(low, that.low)
        && Arrays.equals(high, that.high);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(low) + Arrays.hashCode(high);
  }

  @Override
  public String toString() {
    return low.length == 1
        ? low[0] + " to " + high[0]
        : Arrays.toString(low) + " to " + Arrays.toString(high);
  }
}
