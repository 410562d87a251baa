package io.foolproof.data;

import java.math.RoundingMode;
import java.util.List;

/** Images of 8-bit levels, given as pixels of [0, 1]: a level {@code v} is {@code v / 255}. */
public final class EightBit {
  /** The level of the pixel 1. */
  public static final int HIGHEST = 255;

  private EightBit() {}

  /** The nearest levels. */
  public static int[] levels(float[] pixels) {
    int[] levels = new int[pixels.length];
    for (int j = 0; j < levels.length; j++) {
      levels[j] = Math.round(pixels[j] * HIGHEST);
    }
    return levels;
  }

  /** The pixels of levels. */
  public static float[] pixels(int[] levels) {
    float[] pixels = new float[levels.length];
    for (int j = 0; j < pixels.length; j++) {
      pixels[j] = levels[j] / (float) HIGHEST;
    }
    return pixels;
  }

  /**
   * A changed image in levels, in the ways in which it may be rounded: to the nearest level, each
   * pixel away from the clean image, each pixel towards it. An attack that stops as soon as it
   * succeeds ends so close to the boundary that any one way alone would often undo it.
   *
   * @param most no pixel of a rounded image changes by more than this
   */
  public static List<float[]> rounded(float[] clean, float[] changed, double most) {
    return List.of(
        rounded(clean, changed, most, RoundingMode.HALF_EVEN),
        rounded(clean, changed, most, RoundingMode.UP),
        rounded(clean, changed, most, RoundingMode.DOWN));
  }

  private static float[] rounded(float[] clean, float[] changed, double most, RoundingMode mode) {
    int[] levels = levels(clean);
    for (int j = 0; j < levels.length; j++) {
      double change = ((double) changed[j] - clean[j]) * HIGHEST;
      double size = Math.abs(change);
      int steps =
          (int)
              switch (mode) {
                case UP -> Math.ceil(size);
                case DOWN -> Math.floor(size);
                default -> Math.rint(size);
              };
      // Decided on the pixels themselves, as 32-bit floats, since that is what is replayed.
      while (steps > 0 && Math.abs((double) moved(levels[j], change, steps) - clean[j]) > most) {
        steps--;
      }
      levels[j] += change > 0 ? steps : -steps;
    }
    return pixels(levels);
  }

  private static float moved(int level, double change, int steps) {
    return (level + (change > 0 ? steps : -steps)) / (float) HIGHEST;
  }
}
