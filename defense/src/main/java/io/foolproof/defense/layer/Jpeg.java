package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * Compresses an image as JPEG and decompresses it: 8-bit levels, a cosine transform of blocks of 8
 * x 8, each coefficient rounded to a multiple that the quality decides, and back. Grey images, and
 * colour images in YCbCr without subsampling (4:4:4), which loses less than the usual 4:2:0.
 *
 * <p>Guo, Rana, Cissé, van der Maaten: Countering adversarial images using input transformations,
 * 2017, arXiv 1711.00117. Tables and their scaling by quality: ITU-T T.81, annex K, and the
 * Independent JPEG Group's library.
 *
 * @param quality from 1, the smallest files, to 100
 */
@Named("jpeg")
public record Jpeg(@AtLeast(1) int quality) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new Jpeg(75),
          "compresses images as JPEG and decompresses them",
          "Guo et al. 2017, arXiv 1711.00117");

  private static final int BLOCK = 8;
  private static final int COEFFICIENTS = BLOCK * BLOCK;
  private static final int LEVELS = 255;
  private static final int MIDDLE = 128;
  private static final int BEST = 100;

  /**
   * Sums with coefficients such as 0.299 are halves of whole numbers in theory, not in 32 bits: so
   * that every runtime rounds them alike, they are moved by less than their smallest distance.
   */
  private static final float NUDGE = 1f / 4096;

  /** The library's transform gives coefficients in eighths. */
  private static final int PARTS = 8;

  /** Moves halves, and by less than from one eighth to the next. */
  private static final float AWAY_FROM_ZERO = 1 - 1f / 65536;

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

  /** From red, green and blue: Y, Cb, Cr. */
  private static final float[] TO_YCBCR = {
    0.299f, 0.587f, 0.114f, -0.168736f, -0.331264f, 0.5f, 0.5f, -0.418688f, -0.081312f
  };

  private static final float[] TO_RGB = {1, 0, 1.402f, 1, -0.344136f, -0.714136f, 1, 1.772f, 0};

  /** Checks the settings. */
  public Jpeg {
    Settings.check(Jpeg.class, quality);
    if (quality > BEST) {
      throw new InvalidInputException("jpeg: quality=%d: give 1 to %d".formatted(quality, BEST));
    }
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.STEPS);
  }

  @Override
  public long[] takes(long[] shape) {
    if (shape[0] != 1 && shape[0] != 3) {
      throw new InvalidInputException(
          "jpeg: takes grey and colour images, and the net takes %d channels: expected 1 or 3"
              .formatted(shape[0]));
    }
    return shape;
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    int channels = (int) shape[0];
    String levels = writer.clip(writer.round(writer.mul(images, LEVELS)), 0, LEVELS);
    String centred =
        channels == 1
            ? writer.add(levels, -MIDDLE)
            : writer.round(
                writer.conv(levels, TO_YCBCR, channels, 1, 1, 1, NUDGE - MIDDLE, -NUDGE, -NUDGE));
    String compressed = compressed(writer, centred, shape);
    String back = channels == 1 ? compressed : writer.conv(compressed, TO_RGB, channels, 1, 1, 1);
    String whole = writer.round(writer.add(back, MIDDLE));
    return writer.apply("Div", writer.clip(whole, 0, LEVELS), writer.number(LEVELS));
  }

  /** Levels around 0 there and back. */
  private String compressed(OnnxWriter writer, String levels, long[] shape) {
    int channels = (int) shape[0];
    int below = missing(shape[1]);
    int right = missing(shape[2]);
    String padded = below + right == 0 ? levels : writer.padByEdge(levels, 0, below, right);
    float[] waves = waves(channels);
    int all = channels * COEFFICIENTS;
    float[] table = table(channels);
    String coefficients = writer.conv(padded, waves, all, BLOCK, BLOCK, channels);
    String eighths = writer.round(writer.mul(coefficients, PARTS));
    String whole =
        writer.round(writer.apply("Div", eighths, writer.numbers(divisors(table), all, 1, 1)));
    String kept = writer.apply("Mul", whole, writer.numbers(table, all, 1, 1));
    String blocks = writer.convTranspose(kept, waves, all, BLOCK, BLOCK, channels, 0);
    String rounded = writer.clip(writer.round(blocks), -MIDDLE, MIDDLE - 1);
    String rows = below == 0 ? rounded : writer.slice(rounded, 2, 0, shape[1]);
    return right == 0 ? rows : writer.slice(rows, 3, 0, shape[2]);
  }

  /** How many pixels there are to the next whole block. */
  private static int missing(long size) {
    return (int) ((BLOCK - size % BLOCK) % BLOCK);
  }

  /** The orthonormal cosine waves of a block, for each channel: [channels * 64, 1, 8, 8]. */
  private static float[] waves(int channels) {
    float[] waves = new float[channels * COEFFICIENTS * COEFFICIENTS];
    int at = 0;
    for (int wave = 0; wave < channels * COEFFICIENTS; wave++) {
      int vertical = wave % COEFFICIENTS / BLOCK;
      int horizontal = wave % BLOCK;
      for (int row = 0; row < BLOCK; row++) {
        for (int column = 0; column < BLOCK; column++) {
          waves[at++] = (float) (cosine(vertical, row) * cosine(horizontal, column));
        }
      }
    }
    return waves;
  }

  private static double cosine(int wave, int place) {
    double length = wave == 0 ? Math.sqrt(1.0 / BLOCK) : Math.sqrt(2.0 / BLOCK);
    return length * Math.cos((2 * place + 1) * wave * Math.PI / (2 * BLOCK));
  }

  /** What eighths are divided by: a little less, so that halves are rounded away from 0. */
  private static float[] divisors(float[] table) {
    float[] divisors = new float[table.length];
    for (int i = 0; i < table.length; i++) {
      divisors[i] = PARTS * table[i] * AWAY_FROM_ZERO;
    }
    return divisors;
  }

  /** What coefficients are rounded to multiples of, in the order of the waves. */
  private float[] table(int channels) {
    float[] table = new float[channels * COEFFICIENTS];
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    for (int i = 0; i < table.length; i++) {
      int[] standard = i < COEFFICIENTS ? LUMINANCE : CHROMINANCE;
      int scaled = (standard[i % COEFFICIENTS] * percent + 50) / 100;
      table[i] = Math.max(1, Math.min(scaled, LEVELS));
    }
    return table;
  }
}
