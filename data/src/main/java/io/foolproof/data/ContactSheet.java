package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Many images on one picture, each under the name of its class. */
public final class ContactSheet {
  private static final int BACKGROUND = 0xff202428;
  private static final int TEXT = 0xffd0d4d8;
  private static final int MARGIN = 4;
  private static final long MOST_PIXELS = 100_000_000;

  private ContactSheet() {}

  /**
   * Draws the first {@code rows * columns} images, row by row; places beyond the last image stay
   * empty.
   *
   * @param scale how many pixels of the picture each side of an image's pixel takes
   * @throws InvalidInputException if a number is below 1, the picture would have more than 100
   *     million pixels, or the images are neither grey nor colour
   */
  public static BufferedImage render(ImageSet images, int rows, int columns, int scale) {
    if (rows < 1 || columns < 1 || scale < 1) {
      throw new InvalidInputException(
          "contact sheet: %d rows, %d columns, scale %d; expected at least 1 of each"
              .formatted(rows, columns, scale));
    }
    if (images.channels() != 1 && images.channels() != 3) {
      throw new InvalidInputException(
          "contact sheet: %s has %d channels, expected 1 (grey) or 3 (colour)"
              .formatted(images.name(), images.channels()));
    }
    double cellWidth = (double) images.width() * scale + MARGIN;
    double cellHeight = (double) images.height() * scale + TinyFont.HEIGHT + 2.0 * MARGIN;
    double area = (cellWidth * columns + MARGIN) * (cellHeight * rows + MARGIN);
    if (area > MOST_PIXELS) {
      throw new InvalidInputException(
          "contact sheet: %d x %d images at scale %d make %,.0f pixels, expected at most %,d; ask for fewer or smaller ones"
              .formatted(rows, columns, scale, area, MOST_PIXELS));
    }
    return draw(images, rows, columns, scale, (int) cellWidth, (int) cellHeight);
  }

  /**
   * Writes a picture as PNG.
   *
   * @throws InvalidInputException if the file cannot be written
   */
  public static void write(BufferedImage picture, Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (var out = Files.newOutputStream(file)) {
        ImageIO.write(picture, "png", out);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be written (%s)".formatted(file, InvalidInputException.reason(e)), e);
    }
  }

  private static BufferedImage draw(
      ImageSet images, int rows, int columns, int scale, int cellWidth, int cellHeight) {
    BufferedImage sheet =
        new BufferedImage(
            cellWidth * columns + MARGIN, cellHeight * rows + MARGIN, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < sheet.getHeight(); y++) {
      for (int x = 0; x < sheet.getWidth(); x++) {
        sheet.setRGB(x, y, BACKGROUND);
      }
    }
    int shown = (int) Math.min(images.size(), (long) rows * columns);
    for (int i = 0; i < shown; i++) {
      int left = MARGIN + i % columns * cellWidth;
      int top = MARGIN + i / columns * cellHeight;
      String className = images.classNames().get(images.label(i));
      TinyFont.write(sheet, className, left, left + cellWidth - MARGIN, top, TEXT);
      drawImage(sheet, images, i, scale, left, top + TinyFont.HEIGHT + MARGIN / 2);
    }
    return sheet;
  }

  private static void drawImage(
      BufferedImage sheet, ImageSet images, int i, int scale, int left, int top) {
    float[] pixels = images.pixels(i);
    int plane = images.height() * images.width();
    // A grey image shows its one channel as red, green and blue.
    int step = images.channels() == 3 ? plane : 0;
    for (int y = 0; y < images.height() * scale; y++) {
      for (int x = 0; x < images.width() * scale; x++) {
        int k = y / scale * images.width() + x / scale;
        int red = Math.round(255 * pixels[k]);
        int green = Math.round(255 * pixels[k + step]);
        int blue = Math.round(255 * pixels[k + 2 * step]);
        sheet.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
      }
    }
  }
}
