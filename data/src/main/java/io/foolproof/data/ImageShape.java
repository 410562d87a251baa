package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;

/**
 * The shape of an image, {@code [C, H, W]}.
 *
 * @param channels 1 for grey, 3 for red, green and blue
 */
public record ImageShape(int channels, int height, int width) {
  private static final long MOST_PIXELS = 1L << 28;

  /** Checks that every size is at least 1 and that one image fits in an array. */
  public ImageShape {
    requireUsable(channels, height, width, "image shape");
  }

  /**
   * A shape from sizes that a file states.
   *
   * @param where the file, for the message
   * @throws InvalidInputException if a size is below 1 or an image too big for memory
   */
  static ImageShape of(long channels, long height, long width, String where) {
    requireUsable(channels, height, width, where);
    return new ImageShape((int) channels, (int) height, (int) width);
  }

  private static void requireUsable(long channels, long height, long width, String where) {
    boolean positive = channels >= 1 && height >= 1 && width >= 1;
    // Divided, not multiplied: the product of what a damaged file states may overflow.
    if (!positive || channels > MOST_PIXELS / height / width) {
      throw new InvalidInputException(
          "%s: an image of %d x %d x %d (channels x height x width), expected sizes of at least 1 and at most %,d pixels"
              .formatted(where, channels, height, width, MOST_PIXELS));
    }
  }

  /** Pixels of one image: {@code C * H * W}. */
  public int pixels() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + " x " + height + " x " + width;
  }
}
