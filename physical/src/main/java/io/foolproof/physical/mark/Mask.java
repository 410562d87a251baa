package io.foolproof.physical.mark;

import io.foolproof.data.DecodedImage;
import io.foolproof.data.Hashes;
import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pixels of an image that a sticker may change.
 *
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param pixels their places, row by row, ascending; one or more
 */
public record Mask(int height, int width, int[] pixels) {
  private static final Pattern BOX = Pattern.compile("(\\d{1,5}),(\\d{1,5}),(\\d{1,5}),(\\d{1,5})");

  /** Levels of a mask's file from which a pixel is inside. */
  private static final int INSIDE = 128;

  private static final int HASH_DIGITS = 8;

  /** Copies the places. */
  public Mask {
    pixels = pixels.clone();
    if (pixels.length == 0) {
      throw new InvalidInputException(
          "the mask has no pixel inside: give an image in which those that may change are white");
    }
  }

  @Override
  public int[] pixels() {
    return pixels.clone();
  }

  /**
   * A mask from text: {@code ROW,COLUMN,HEIGHT,WIDTH} of a box, or a PNG file of the images' size
   * in which the pixels that may change are white.
   *
   * @param shape of the images
   * @throws InvalidInputException if the box is not inside, the file has another size, or no pixel
   *     is inside
   */
  public static Mask parse(String text, ImageShape shape) {
    Matcher box = BOX.matcher(text);
    return box.matches() ? box(box, shape) : read(Path.of(text), shape);
  }

  private static Mask box(Matcher box, ImageShape shape) {
    int row = Integer.parseInt(box.group(1));
    int column = Integer.parseInt(box.group(2));
    int height = Integer.parseInt(box.group(3));
    int width = Integer.parseInt(box.group(4));
    if (row + height > shape.height() || column + width > shape.width()) {
      throw new InvalidInputException(
          "the mask %s, from row %d and column %d on %d high and %d wide, is not inside images of %d x %d"
              .formatted(box.group(), row, column, height, width, shape.height(), shape.width()));
    }
    int[] pixels = new int[height * width];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (row + k / width) * shape.width() + column + k % width;
    }
    return new Mask(shape.height(), shape.width(), pixels);
  }

  private static Mask read(Path file, ImageShape shape) {
    DecodedImage image = DecodedImage.read(file);
    if (image.shape().height() != shape.height() || image.shape().width() != shape.width()) {
      throw new InvalidInputException(
          "%s: is a mask of %d x %d pixels, expected %d x %d, as the images are"
              .formatted(
                  file,
                  image.shape().height(),
                  image.shape().width(),
                  shape.height(),
                  shape.width()));
    }
    byte[] levels = new byte[image.shape().pixels()];
    image.copyLevels(levels, 0);
    int plane = shape.height() * shape.width();
    int[] inside = new int[plane];
    int count = 0;
    for (int k = 0; k < plane; k++) {
      int brightest = 0;
      for (int c = 0; c < image.shape().channels(); c++) {
        brightest = Math.max(brightest, levels[c * plane + k] & 0xff);
      }
      if (brightest >= INSIDE) {
        inside[count++] = k;
      }
    }
    if (count == 0) {
      throw new InvalidInputException(
          file + ": the mask has no pixel inside: make those that may change white");
    }
    return new Mask(shape.height(), shape.width(), Arrays.copyOf(inside, count));
  }

  /** How many pixels are inside, and which, by the first digits of a hash. */
  @Override
  public String toString() {
    StringBuilder places = new StringBuilder(height + "x" + width);
    for (int pixel : pixels) {
      places.append(',').append(pixel);
    }
    byte[] hash = Hashes.sha256().digest(places.toString().getBytes(StandardCharsets.UTF_8));
    return pixels.length + "px-" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask that
        && height == that.height
        && width == that.width
        && Arrays.equals(pixels, that.pixels);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pixels);
  }
}
