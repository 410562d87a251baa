package io.foolproof.physical.sheet;

import io.foolproof.data.EightBit;

/**
 * A printed image.
 *
 * @param kind what it is
 * @param index of the image in its data set
 * @param label its class
 * @param levels {@code [C, H, W]}, 8 bits: what is printed, exactly
 */
public record Cell(Kind kind, long index, int label, int[] levels) {
  /** Copies the levels. */
  public Cell {
    levels = levels.clone();
  }

  @Override
  public int[] levels() {
    return levels.clone();
  }

  /** The image as pixels in [0, 1]. */
  public float[] pixels() {
    return EightBit.pixels(levels);
  }
}
