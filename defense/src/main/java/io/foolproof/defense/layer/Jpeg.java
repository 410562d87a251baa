package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.transform.JpegTables;
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

  private static final int BLOCK = JpegTables.BLOCK;
  private static final int COEFFICIENTS = JpegTables.COEFFICIENTS;
  private static final int LEVELS = JpegTables.MOST;
  private static final int MIDDLE = JpegTables.MIDDLE;
  private static final int BEST = JpegTables.BEST_QUALITY;
  private static final int PARTS = JpegTables.PARTS;

  /**
   * Sums with coefficients such as 0.299 are halves of whole numbers in theory, not in 32 bits: so
   * that every runtime rounds them alike, they are moved by less than their smallest distance.
   */
  private static final float NUDGE = 1f / 4096;

  /** Moves halves, and by less than from one eighth to the next. */
  private static final float AWAY_FROM_ZERO = 1 - 1f / 65536;

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
                writer.conv(
                    levels,
                    floats(JpegTables.toYcbcr()),
                    channels,
                    1,
                    1,
                    1,
                    NUDGE - MIDDLE,
                    -NUDGE,
                    -NUDGE));
    String compressed = compressed(writer, centred, shape);
    String back =
        channels == 1
            ? compressed
            : writer.conv(compressed, floats(JpegTables.toRgb()), channels, 1, 1, 1);
    String whole = writer.round(writer.add(back, MIDDLE));
    return writer.apply("Div", writer.clip(whole, 0, LEVELS), writer.number(LEVELS));
  }

  /** Levels around 0 there and back. */
  private String compressed(OnnxWriter writer, String levels, long[] shape) {
    int channels = (int) shape[0];
    int below = JpegTables.missing(shape[1]);
    int right = JpegTables.missing(shape[2]);
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

  /** The waves of a block, for each channel: [channels * 64, 1, 8, 8]. */
  private static float[] waves(int channels) {
    float[] waves = new float[channels * COEFFICIENTS * COEFFICIENTS];
    int at = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (double[] wave : JpegTables.waves()) {
        System.arraycopy(floats(wave), 0, waves, at, COEFFICIENTS);
        at += COEFFICIENTS;
      }
    }
    return waves;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
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
    for (int channel = 0; channel < channels; channel++) {
      int[] steps = JpegTables.quantisation(quality, channel > 0);
      for (int i = 0; i < COEFFICIENTS; i++) {
        table[channel * COEFFICIENTS + i] = steps[i];
      }
    }
    return table;
  }
}
