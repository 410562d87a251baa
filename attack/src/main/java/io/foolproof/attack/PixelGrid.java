package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;

/**
 * How the values of an image lie in its array: channel by channel, row by row.
 *
 * @param channels how many values a pixel has
 * @param height rows of pixels; 1 where the input has one dimension
 * @param width pixels in a row
 */
public record PixelGrid(int channels, int height, int width) {

  /**
   * A window of pixels, inside the image.
   *
   * @param top its first row
   * @param left its first column
   */
  public record Window(int top, int left, int height, int width) {

    public boolean contains(int row, int column) {
      return row >= top && row < top + height && column >= left && column < left + width;
    }
  }

  public static PixelGrid of(InputSpec input) {
    long[] shape = input.shape();
    int width = shape.length > 0 ? (int) shape[shape.length - 1] : 1;
    int height = shape.length > 1 ? (int) shape[shape.length - 2] : 1;
    return new PixelGrid(input.elements() / (height * width), height, width);
  }

  public int at(int channel, int row, int column) {
    return (channel * height + row) * width + column;
  }

  /**
   * A window of about this fraction of the pixels, square unless the image is too small for that,
   * and never larger than the image; every place inside is as likely, the last row and column
   * included.
   */
  public Window window(double share, int smallestSide, RandomStream stream) {
    double area = share * height * width;
    int side = Math.max(smallestSide, (int) Math.round(Math.sqrt(area)));
    int rows = Math.min(height, longer(side, width, area));
    int columns = Math.min(width, longer(side, height, area));
    return place(rows, columns, stream);
  }

  /** A side of a window, longer where the image is too small for the other. */
  private static int longer(int side, int across, double area) {
    return across < side ? Math.max(side, (int) Math.round(area / across)) : side;
  }

  /** A window of this size, anywhere in the image. */
  public Window place(int rows, int columns, RandomStream stream) {
    int top = stream.nextInt(height - rows + 1);
    int left = stream.nextInt(width - columns + 1);
    return new Window(top, left, rows, columns);
  }
}
