package io.foolproof.transform;

/**
 * Compresses images as JPEG and decompresses them, in whole numbers, as the library of the
 * Independent JPEG Group does with its accurate integer transform, to the last level. Nothing is
 * entropy-coded, since that loses nothing.
 *
 * <p>The transform is that of Loeffler, Ligtenberg, Moschytz: Practical fast 1-D DCT algorithms
 * with 11 multiplications, 1989, with constants of 13 bits.
 */
final class JpegCodec {
  private static final int BLOCK = JpegTables.BLOCK;
  private static final int CONSTANT_BITS = 13;

  /** So many bits more are kept between rows and columns. */
  private static final int PASS_BITS = 2;

  private static final int COLOUR_BITS = 16;

  private JpegCodec() {}

  /** A channel: levels, row by row. */
  record Plane(int height, int width, int[] levels) {

    Plane(int height, int width) {
      this(height, width, new int[height * width]);
    }

    /** The level at a place, or at the nearest one inside. */
    int at(int row, int column) {
      int inRow = Math.max(0, Math.min(height - 1, row));
      int inColumn = Math.max(0, Math.min(width - 1, column));
      return levels[inRow * width + inColumn];
    }
  }

  /** A channel there and back. */
  static Plane compressed(Plane plane, int[] table) {
    Plane result = new Plane(plane.height, plane.width);
    int[] block = new int[JpegTables.COEFFICIENTS];
    for (int top = 0; top < plane.height; top += BLOCK) {
      for (int left = 0; left < plane.width; left += BLOCK) {
        for (int i = 0; i < block.length; i++) {
          block[i] = plane.at(top + i / BLOCK, left + i % BLOCK) - JpegTables.MIDDLE;
        }
        compress(block, table);
        int rows = Math.min(BLOCK, plane.height - top);
        int columns = Math.min(BLOCK, plane.width - left);
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            result.levels[(top + row) * plane.width + left + column] =
                level(block[row * BLOCK + column] + JpegTables.MIDDLE);
          }
        }
      }
    }
    return result;
  }

  private static void compress(int[] block, int[] table) {
    for (int row = 0; row < BLOCK; row++) {
      forward(block, row * BLOCK, 1, -PASS_BITS);
    }
    for (int column = 0; column < BLOCK; column++) {
      forward(block, column, BLOCK, PASS_BITS);
    }
    for (int i = 0; i < block.length; i++) {
      int step = table[i] * JpegTables.PARTS;
      int whole = (Math.abs(block[i]) + step / 2) / step;
      block[i] = (block[i] < 0 ? -whole : whole) * table[i];
    }
    for (int column = 0; column < BLOCK; column++) {
      inverse(block, column, BLOCK, CONSTANT_BITS - PASS_BITS);
    }
    for (int row = 0; row < BLOCK; row++) {
      inverse(block, row * BLOCK, 1, CONSTANT_BITS + PASS_BITS + 3);
    }
  }

  /**
   * Eight values to eight coefficients.
   *
   * @param bits that are taken off the result besides those of the constants; added if negative
   */
  private static void forward(int[] v, int at, int step, int bits) {
    int sum07 = v[at] + v[at + 7 * step];
    int d0 = v[at] - v[at + 7 * step];
    int sum16 = v[at + step] + v[at + 6 * step];
    int d1 = v[at + step] - v[at + 6 * step];
    int sum25 = v[at + 2 * step] + v[at + 5 * step];
    int d2 = v[at + 2 * step] - v[at + 5 * step];
    int sum34 = v[at + 3 * step] + v[at + 4 * step];
    int d3 = v[at + 3 * step] - v[at + 4 * step];
    int even = sum07 + sum34;
    int middle = sum16 + sum25;
    int outer = sum07 - sum34;
    int inner = sum16 - sum25;
    v[at] = bits < 0 ? (even + middle) << -bits : descaled(even + middle, bits);
    v[at + 4 * step] = bits < 0 ? (even - middle) << -bits : descaled(even - middle, bits);
    int shift = CONSTANT_BITS + bits;
    int turned = (inner + outer) * 4433;
    v[at + 2 * step] = descaled(turned + outer * 6270, shift);
    v[at + 6 * step] = descaled(turned - inner * 15137, shift);
    int[] odd = odd(d3, d2, d1, d0);
    v[at + 7 * step] = descaled(odd[0], shift);
    v[at + 5 * step] = descaled(odd[1], shift);
    v[at + 3 * step] = descaled(odd[2], shift);
    v[at + step] = descaled(odd[3], shift);
  }

  /**
   * Eight coefficients to eight values.
   *
   * @param shift bits that are taken off the result
   */
  private static void inverse(int[] v, int at, int step, int shift) {
    int turned = (v[at + 2 * step] + v[at + 6 * step]) * 4433;
    int low = turned - v[at + 6 * step] * 15137;
    int high = turned + v[at + 2 * step] * 6270;
    int sum = (v[at] + v[at + 4 * step]) << CONSTANT_BITS;
    int difference = (v[at] - v[at + 4 * step]) << CONSTANT_BITS;
    int[] even = {sum + high, difference + low, difference - low, sum - high};
    int[] odd = odd(v[at + 7 * step], v[at + 5 * step], v[at + 3 * step], v[at + step]);
    for (int i = 0; i < 4; i++) {
      v[at + i * step] = descaled(even[i] + odd[3 - i], shift);
      v[at + (7 - i) * step] = descaled(even[i] - odd[3 - i], shift);
    }
  }

  /** The odd part, which is its own inverse but for the order. */
  private static int[] odd(int a, int b, int c, int d) {
    int z5 = (a + c + b + d) * 9633;
    int z1 = (a + d) * -7373;
    int z2 = (b + c) * -20995;
    int z3 = (a + c) * -16069 + z5;
    int z4 = (b + d) * -3196 + z5;
    return new int[] {
      a * 2446 + z1 + z3, b * 16819 + z2 + z4, c * 25172 + z2 + z3, d * 12299 + z1 + z4
    };
  }

  private static int descaled(int value, int bits) {
    return (value + (1 << (bits - 1))) >> bits;
  }

  private static int level(int value) {
    return Math.max(0, Math.min(JpegTables.MOST, value));
  }

  /**
   * Red, green and blue there and back.
   *
   * @param halved whether there is one value of Cb and Cr for two by two pixels (4:2:0)
   */
  static Plane[] compressed(Plane[] rgb, int quality, boolean halved) {
    int height = rgb[0].height;
    int width = rgb[0].width;
    Plane[] ycc = {new Plane(height, width), new Plane(height, width), new Plane(height, width)};
    for (int i = 0; i < height * width; i++) {
      toYcbcr(rgb, ycc, i);
    }
    int[] luminance = JpegTables.quantisation(quality, false);
    int[] chrominance = JpegTables.quantisation(quality, true);
    ycc[0] = compressed(ycc[0], luminance);
    for (int channel = 1; channel <= 2; channel++) {
      ycc[channel] =
          halved
              ? JpegChroma.doubled(JpegChroma.compressed(ycc[channel], chrominance), height, width)
              : compressed(ycc[channel], chrominance);
    }
    Plane[] result = {new Plane(height, width), new Plane(height, width), new Plane(height, width)};
    for (int i = 0; i < height * width; i++) {
      toRgb(ycc, result, i);
    }
    return result;
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << COLOUR_BITS) + 0.5);
  }

  private static void toYcbcr(Plane[] rgb, Plane[] ycc, int i) {
    int red = rgb[0].levels[i];
    int green = rgb[1].levels[i];
    int blue = rgb[2].levels[i];
    int half = 1 << (COLOUR_BITS - 1);
    int middle = (JpegTables.MIDDLE << COLOUR_BITS) + half - 1;
    ycc[0].levels[i] =
        (fixed(0.299) * red + fixed(0.587) * green + fixed(0.114) * blue + half) >> COLOUR_BITS;
    ycc[1].levels[i] =
        (-fixed(0.16874) * red - fixed(0.33126) * green + fixed(0.5) * blue + middle)
            >> COLOUR_BITS;
    ycc[2].levels[i] =
        (fixed(0.5) * red - fixed(0.41869) * green - fixed(0.08131) * blue + middle) >> COLOUR_BITS;
  }

  private static void toRgb(Plane[] ycc, Plane[] rgb, int i) {
    int y = ycc[0].levels[i];
    int cb = ycc[1].levels[i] - JpegTables.MIDDLE;
    int cr = ycc[2].levels[i] - JpegTables.MIDDLE;
    int half = 1 << (COLOUR_BITS - 1);
    int green = (-fixed(0.34414) * cb - fixed(0.71414) * cr + half) >> COLOUR_BITS;
    rgb[0].levels[i] = level(y + ((fixed(1.402) * cr + half) >> COLOUR_BITS));
    rgb[1].levels[i] = level(y + green);
    rgb[2].levels[i] = level(y + ((fixed(1.772) * cb + half) >> COLOUR_BITS));
  }
}
