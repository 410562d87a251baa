package io.foolproof.report;

import io.foolproof.audit.AuditResult;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws images {@code [C, H, W]} in the model's box as pictures inside a page.
 *
 * <p>Three channels are red, green and blue; any other number is shown as the grey of their mean.
 * Large images are made smaller, so that the page stays light.
 */
public final class Pictures {
  /** The longer side of a picture among many, on the page. */
  public static final int SMALL = 112;

  /** The longer side of a picture among three, on the page. */
  public static final int LARGE = 168;

  /** The longer side of a picture's own pixels, which keeps the page of photographs light. */
  private static final int FINEST = 224;

  private static final int[] WHITE = {255, 255, 255};
  private static final int[] BRIGHTER = {178, 24, 43};
  private static final int[] DARKER = {33, 102, 172};

  private final int channels;
  private final int height;
  private final int width;
  private final double low;
  private final double span;
  private final int side;

  /** How many pixels of an image make one pixel of its picture, along each side. */
  private final int block;

  /**
   * A picture for an {@code img} element.
   *
   * @param uri a PNG as a data URI
   * @param width on the page
   * @param height on the page
   * @param coarse whether each of the image's pixels is shown as a square
   */
  public record Picture(String uri, int width, int height, boolean coarse) {}

  /** For the images of an audit. */
  public Pictures(AuditResult result, int side) {
    this(result.data(), result.subject().input().low(), result.subject().input().high(), side);
  }

  /**
   * For images of this shape, whose pixels lie in a box.
   *
   * @param side the longer side of a picture on the page, at most
   */
  public Pictures(ImageSet images, double low, double high, int side) {
    this(new ImageShape(images.channels(), images.height(), images.width()), low, high, side);
  }

  /** As {@link #Pictures(ImageSet, double, double, int)}. */
  public Pictures(ImageShape shape, double low, double high, int side) {
    this.side = side;
    channels = shape.channels();
    height = shape.height();
    width = shape.width();
    this.low = low;
    span = high - low;
    block = (Math.max(height, width) + FINEST - 1) / FINEST;
  }

  /** The image itself. */
  public Picture image(float[] pixels) {
    if (channels == 3) {
      return draw(
          (x, y) ->
              rgb(
                  level(mean(pixels, 0, 1, x, y)),
                  level(mean(pixels, 1, 2, x, y)),
                  level(mean(pixels, 2, 3, x, y))));
    }
    return draw(
        (x, y) -> {
          int grey = level(mean(pixels, 0, channels, x, y));
          return rgb(grey, grey, grey);
        });
  }

  /**
   * What was changed: red where a value increased, blue where it decreased, white where it did not
   * change; of several channels the one that changed most.
   *
   * @param scale the change that is shown in full colour
   */
  public Picture difference(float[] from, float[] to, double scale) {
    return draw(
        (x, y) -> {
          double fraction = scale > 0 ? largestChange(from, to, x, y) / scale : 0;
          int[] full = fraction > 0 ? BRIGHTER : DARKER;
          double t = Math.min(1, Math.abs(fraction));
          return rgb(blend(full[0], t, 0), blend(full[1], t, 1), blend(full[2], t, 2));
        });
  }

  private static int blend(int full, double t, int component) {
    return (int) Math.round(WHITE[component] + t * (full - WHITE[component]));
  }

  private double mean(float[] pixels, int fromChannel, int toChannel, int x, int y) {
    double sum = 0;
    int count = 0;
    for (int c = fromChannel; c < toChannel; c++) {
      for (int row = y * block; row < Math.min(height, (y + 1) * block); row++) {
        for (int column = x * block; column < Math.min(width, (x + 1) * block); column++) {
          sum += pixels[(c * height + row) * width + column];
          count++;
        }
      }
    }
    return sum / count;
  }

  private double largestChange(float[] from, float[] to, int x, int y) {
    double largest = 0;
    for (int c = 0; c < channels; c++) {
      for (int row = y * block; row < Math.min(height, (y + 1) * block); row++) {
        for (int column = x * block; column < Math.min(width, (x + 1) * block); column++) {
          int i = (c * height + row) * width + column;
          double change = (double) to[i] - from[i];
          largest = Math.abs(change) > Math.abs(largest) ? change : largest;
        }
      }
    }
    return largest;
  }

  private int level(double value) {
    return (int) Math.round(255 * Math.min(1, Math.max(0, (value - low) / span)));
  }

  private static int rgb(int red, int green, int blue) {
    return red << 16 | green << 8 | blue;
  }

  private Picture draw(IntBinaryOperator colour) {
    int columns = (width + block - 1) / block;
    int rows = (height + block - 1) / block;
    BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        image.setRGB(x, y, colour.applyAsInt(x, y));
      }
    }
    int longer = Math.max(columns, rows);
    boolean coarse = 2 * longer <= side;
    // A whole number of screen pixels for each pixel, or they would differ in size.
    double scale = coarse ? Math.floorDiv(side, longer) : (double) side / longer;
    return new Picture(
        "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image)),
        (int) Math.max(1, Math.round(columns * scale)),
        (int) Math.max(1, Math.round(rows * scale)),
        coarse);
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Not ImageIO's own stream, which goes by way of a temporary file.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
