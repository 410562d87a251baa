package io.foolproof.transform;

/**
 * What all implementations of JPEG have in common: ITU-T T.81, and the library of the Independent
 * JPEG Group, version 6b.
 */
public final class JpegTables {
  /** Pixels along a side of a block. */
  public static final int BLOCK = 8;

  /** Coefficients of a block. */
  public static final int COEFFICIENTS = BLOCK * BLOCK;

  /** The largest level; the smallest is 0. */
  public static final int MOST = 255;

  /** What is taken from levels before they are transformed. */
  public static final int MIDDLE = 128;

  /** The best quality; the worst is 1. */
  public static final int BEST_QUALITY = 100;

  /**
   * The library's transform gives coefficients in eighths, rounded; they are divided, and rounded
   * again, halves away from zero.
   */
  public static final int PARTS = 8;

  private static final int[] LUMINANCE = {
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99
  };

  private static final int[] CHROMINANCE = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99
  };

  private static final double[] TO_YCBCR = {
    0.299, 0.587, 0.114, -0.168736, -0.331264, 0.5, 0.5, -0.418688, -0.081312
  };

  private static final double[] TO_RGB = {1, 0, 1.402, 1, -0.344136, -0.714136, 1, 1.772, 0};

  private JpegTables() {}

  /** From red, green and blue to Y, Cb and Cr, the last two around 0: a matrix, row by row. */
  public static double[] toYcbcr() {
    return TO_YCBCR.clone();
  }

  /** The way back of {@link #toYcbcr}. */
  public static double[] toRgb() {
    return TO_RGB.clone();
  }

  /**
   * What coefficients are rounded to multiples of, vertical wave by vertical wave.
   *
   * @param quality from 1 to 100
   * @param isColour whether of Cb and Cr, or else of Y
   */
  public static int[] quantisation(int quality, boolean isColour) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int[] standard = isColour ? CHROMINANCE : LUMINANCE;
    int[] table = new int[COEFFICIENTS];
    for (int i = 0; i < COEFFICIENTS; i++) {
      table[i] = Math.max(1, Math.min((standard[i] * percent + 50) / 100, MOST));
    }
    return table;
  }

  /**
   * The orthonormal cosine waves of a block, in the order of {@link #quantisation}: [64][8 * 8],
   * each row by row.
   */
  public static double[][] waves() {
    double[][] waves = new double[COEFFICIENTS][COEFFICIENTS];
    for (int wave = 0; wave < COEFFICIENTS; wave++) {
      for (int at = 0; at < COEFFICIENTS; at++) {
        waves[wave][at] = cosine(wave / BLOCK, at / BLOCK) * cosine(wave % BLOCK, at % BLOCK);
      }
    }
    return waves;
  }

  private static double cosine(int wave, int place) {
    double length = wave == 0 ? Math.sqrt(1.0 / BLOCK) : Math.sqrt(2.0 / BLOCK);
    return length * Math.cos((2 * place + 1) * wave * Math.PI / (2 * BLOCK));
  }

  /** How many pixels there are to the next whole block. */
  public static int missing(long size) {
    return (int) ((BLOCK - size % BLOCK) % BLOCK);
  }
}
