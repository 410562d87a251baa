package io.foolproof.physical.photo;

import boofcv.struct.image.GrayU8;
import io.foolproof.data.DecodedImage;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/** A photograph in memory: 8-bit levels of one channel or three, and the grey of their mean. */
final class Photo {
  /** What HEIF files call themselves, in their bytes 8 to 11. */
  private static final Set<String> HEIF =
      Set.of("heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "avif");

  private final int width;
  private final int height;
  private final byte[][] bands;
  private final byte[] grey;

  private Photo(int width, int height, byte[][] bands, byte[] grey) {
    this.width = width;
    this.height = height;
    this.bands = bands;
    this.grey = grey;
  }

  /**
   * Reads a JPEG or PNG file.
   *
   * @throws InvalidInputException if the file is no such image, or damaged
   */
  static Photo read(Path file) {
    refuseHeif(file);
    DecodedImage decoded = DecodedImage.read(file);
    int plane = decoded.shape().height() * decoded.shape().width();
    byte[] levels = new byte[decoded.shape().pixels()];
    decoded.copyLevels(levels, 0);
    byte[][] bands = new byte[decoded.shape().channels()][];
    for (int b = 0; b < bands.length; b++) {
      bands[b] = new byte[plane];
      System.arraycopy(levels, b * plane, bands[b], 0, plane);
    }
    return new Photo(decoded.shape().width(), decoded.shape().height(), bands, mean(bands));
  }

  private static void refuseHeif(Path file) {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(12);
    } catch (IOException e) {
      throw new InvalidInputException(
          file
              + ": cannot be read ("
              + InvalidInputException.reason(e)
              + "), expected a photograph, as JPEG or PNG",
          e);
    }
    String box = new String(head, StandardCharsets.ISO_8859_1);
    if (head.length == 12 && box.startsWith("ftyp", 4) && HEIF.contains(box.substring(8))) {
      throw new InvalidInputException(
          file
              + ": is a HEIC or AVIF image, expected JPEG or PNG: save it as JPEG, or set the camera"
              + " to 'most compatible'");
    }
  }

  private static byte[] mean(byte[][] bands) {
    if (bands.length == 1) {
      return bands[0];
    }
    byte[] grey = new byte[bands[0].length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) (((bands[0][i] & 0xff) + (bands[1][i] & 0xff) + (bands[2][i] & 0xff)) / 3);
    }
    return grey;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The channel that shows this channel of a print; the grey for a grey print. */
  byte[] band(int channel, int channels) {
    return channels == 1 ? grey : bands[bands.length == 1 ? 0 : channel];
  }

  byte[] grey() {
    return grey;
  }

  /** Whether it shows no colour anywhere. */
  boolean isGrey() {
    return bands.length == 1
        || (Arrays.equals(bands[0], bands[1]) && Arrays.equals(bands[0], bands[2]));
  }

  /** The mean grey, in levels. */
  double brightness() {
    long sum = 0;
    for (byte level : grey) {
      sum += level & 0xff;
    }
    return (double) sum / grey.length;
  }

  /**
   * The level at a place between pixels, linearly interpolated; a pixel's centre is at its index
   * plus a half.
   *
   * @return NaN outside of the photograph
   */
  double level(byte[] band, double x, double y) {
    double u = x - 0.5;
    double v = y - 0.5;
    int column = (int) Math.floor(u);
    int row = (int) Math.floor(v);
    if (column < 0 || row < 0 || column + 1 >= width || row + 1 >= height) {
      return Double.NaN;
    }
    double fx = u - column;
    double fy = v - row;
    int i = row * width + column;
    double upper = (band[i] & 0xff) * (1 - fx) + (band[i + 1] & 0xff) * fx;
    double lower = (band[i + width] & 0xff) * (1 - fx) + (band[i + width + 1] & 0xff) * fx;
    return upper * (1 - fy) + lower * fy;
  }

  /**
   * Smaller by a whole factor, each pixel the mean of a block.
   *
   * @param mirrored whether left and right are exchanged
   */
  GrayU8 shrunk(int factor, boolean mirrored) {
    GrayU8 small = new GrayU8(width / factor, height / factor);
    for (int y = 0; y < small.height; y++) {
      for (int x = 0; x < small.width; x++) {
        int sum = 0;
        for (int dy = 0; dy < factor; dy++) {
          int from = (y * factor + dy) * width + x * factor;
          for (int i = from; i < from + factor; i++) {
            sum += grey[i] & 0xff;
          }
        }
        int column = mirrored ? small.width - 1 - x : x;
        small.data[y * small.width + column] = (byte) (sum / (factor * factor));
      }
    }
    return small;
  }
}
