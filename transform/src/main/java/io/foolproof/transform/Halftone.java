package io.foolproof.transform;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Locale;

/**
 * Prints with dots of one ink: each pixel is a square of dots that are black or white, and is seen
 * as their mean. Gradients pass through as if nothing changed.
 *
 * @param dots along a side of a pixel, from 1 to 16
 * @param screen what decides on a dot
 */
public record Halftone(int dots, Screen screen) implements Transformation {
  private static final int MOST = 16;

  /** Bayer's matrix has so many rows. */
  private static final int BAYER = 8;

  /** What decides whether a dot is black or white. */
  public enum Screen {
    /** A threshold by its place: Bayer, An optimum method for two-level rendition, 1973. */
    ORDERED,
    /**
     * Its value and what earlier dots left over: Floyd and Steinberg, An adaptive algorithm for
     * spatial greyscale, 1976.
     */
    DIFFUSION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the knobs. */
  public Halftone {
    if (dots < 1 || dots > MOST) {
      throw new InvalidInputException("halftone: dots=%d: give 1 to %d".formatted(dots, MOST));
    }
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    return Pixelwise.straightThrough(
        images,
        (image, height, width) -> {
          int pixels = height * width;
          for (int from = 0; from < image.length; from += pixels) {
            double[] printed = printed(image, from, height * dots, width * dots);
            mean(printed, image, from, height, width);
          }
        });
  }

  /** The dots of a channel, 0 or 1. */
  private double[] printed(double[] image, int from, int rows, int columns) {
    double[] values = new double[rows * columns];
    int width = columns / dots;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[row * columns + column] = image[from + row / dots * width + column / dots];
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int at = row * columns + column;
        double threshold = screen == Screen.ORDERED ? bayer(row, column) : 0.5;
        double dot = values[at] > threshold ? 1 : 0;
        if (screen == Screen.DIFFUSION) {
          diffuse(values, values[at] - dot, row, column, rows, columns);
        }
        values[at] = dot;
      }
    }
    return values;
  }

  private static void diffuse(
      double[] values, double left, int row, int column, int rows, int columns) {
    int at = row * columns + column;
    boolean hasRight = column + 1 < columns;
    if (hasRight) {
      values[at + 1] += left * 7 / 16;
    }
    if (row + 1 < rows) {
      values[at + columns] += left * 5 / 16;
      if (column > 0) {
        values[at + columns - 1] += left * 3 / 16;
      }
      if (hasRight) {
        values[at + columns + 1] += left / 16;
      }
    }
  }

  /** The threshold of a dot, between 0 and 1: the bits of the place, mixed and in reverse. */
  private static double bayer(int row, int column) {
    int order = 0;
    for (int bit = 1; bit < BAYER; bit *= 2) {
      int mixed = ((row ^ column) & bit) == 0 ? 0 : 2;
      order = 4 * order + mixed + ((row & bit) == 0 ? 0 : 1);
    }
    return (order + 0.5) / (BAYER * BAYER);
  }

  private void mean(double[] printed, double[] image, int from, int height, int width) {
    for (int at = 0; at < height * width; at++) {
      double sum = 0;
      for (int dot = 0; dot < dots * dots; dot++) {
        int row = at / width * dots + dot / dots;
        sum += printed[row * width * dots + at % width * dots + dot % dots];
      }
      image[from + at] = sum / (dots * dots);
    }
  }
}
