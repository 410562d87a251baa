package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;

/**
 * An image of a data set, for a record to keep. All images of a study have the shape of its
 * training images.
 *
 * @param index of the image in its original data set
 * @param label its class
 * @param levels {@code [C * H * W]}, channel by channel, row by row, 0 (black) to 255; pixels that
 *     came as real numbers are rounded
 */
public record Picture(long index, int label, int[] levels) {
  private static final int HIGHEST = 255;

  /** The image at a place of a set. */
  public static Picture of(ImageSet images, int place) {
    return new Picture(images.index(place), images.label(place), levels(images.pixels(place)));
  }

  /** Pixels in [0, 1] as the nearest of 256 levels. */
  public static int[] levels(float[] pixels) {
    int[] levels = new int[pixels.length];
    for (int p = 0; p < levels.length; p++) {
      levels[p] = Math.round(pixels[p] * HIGHEST);
    }
    return levels;
  }
}
