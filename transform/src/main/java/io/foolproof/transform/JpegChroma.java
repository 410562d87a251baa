package io.foolproof.transform;

import io.foolproof.transform.JpegCodec.Plane;

/** Colour at half the resolution, as the library of the Independent JPEG Group has it. */
final class JpegChroma {
  /** Narrower planes are doubled without interpolation. */
  private static final int NARROWEST = 3;

  private JpegChroma() {}

  /** A channel at half its size, there and back. */
  static Plane compressed(Plane plane, int[] table) {
    int height = (plane.height() + 1) / 2;
    int width = (plane.width() + 1) / 2;
    int columns = width + JpegTables.missing(width);
    // Columns outside are means of the outermost pixel, rows outside are the last row's means.
    Plane padded = new Plane(height, columns);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < columns; column++) {
        int sum =
            plane.at(2 * row, 2 * column)
                + plane.at(2 * row, 2 * column + 1)
                + plane.at(2 * row + 1, 2 * column)
                + plane.at(2 * row + 1, 2 * column + 1);
        // Halves go down and up in turn.
        padded.levels()[row * columns + column] = (sum + 1 + column % 2) >> 2;
      }
    }
    Plane compressed = JpegCodec.compressed(padded, table);
    Plane result = new Plane(height, width);
    for (int row = 0; row < height; row++) {
      System.arraycopy(compressed.levels(), row * columns, result.levels(), row * width, width);
    }
    return result;
  }

  /** A channel at twice its size: a pixel is three quarters of the nearest, a quarter the next. */
  static Plane doubled(Plane plane, int height, int width) {
    Plane result = new Plane(height, width);
    boolean isNarrow = plane.width() < NARROWEST;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        result.levels()[row * width + column] =
            isNarrow ? plane.at(row / 2, column / 2) : between(plane, row, column);
      }
    }
    return result;
  }

  private static int between(Plane plane, int row, int column) {
    int nearest = column / 2;
    int next = nearest + (column % 2 == 0 ? -1 : 1);
    int sum = 3 * sum(plane, row, nearest) + sum(plane, row, next);
    return (sum + (column % 2 == 0 ? 8 : 7)) >> 4;
  }

  private static int sum(Plane plane, int row, int column) {
    int nearest = row / 2;
    int next = nearest + (row % 2 == 0 ? -1 : 1);
    return 3 * plane.at(nearest, column) + plane.at(next, column);
  }
}
