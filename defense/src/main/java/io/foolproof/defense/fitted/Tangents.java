package io.foolproof.defense.fitted;

import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Directions in which an image changes when it is moved or reshaped a little, as an orthonormal
 * basis: shifts along both axes, scaling, rotation, two hyperbolic shears, and the thickness of its
 * strokes, of each channel together.
 *
 * <p>Simard, LeCun, Denker: Efficient pattern recognition using a new transformation distance,
 * 1993. Derivatives are those of the image smoothed by a Gaussian.
 */
final class Tangents {
  /** How many there are of an image that is not flat. */
  static final int COUNT = 7;

  /** Standard deviation of the Gaussian, in pixels. */
  private static final double SMOOTHING = 0.9;

  /** What is left of a tangent when the others are taken out of it, below which it is none. */
  private static final double DEPENDENT = 1e-6;

  private Tangents() {}

  /**
   * The tangents of an image.
   *
   * @param image [H, W], one channel
   * @return {@link #COUNT} rows of pixels; those that depend on others are zero
   */
  static float[][] of(float[] image, int height, int width) {
    if (image.length != height * width) {
      throw new InvalidInputException(
          "tangents are those of images of one channel, found "
              + image.length
              + " values for "
              + height
              + " x "
              + width
              + " pixels");
    }
    double[] smooth = new Blur(SMOOTHING).of(image, height, width);
    double[][] directions = new double[COUNT][image.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        double dx =
            (Blur.at(smooth, y, x + 1, height, width) - Blur.at(smooth, y, x - 1, height, width))
                / 2;
        double dy =
            (Blur.at(smooth, y + 1, x, height, width) - Blur.at(smooth, y - 1, x, height, width))
                / 2;
        double u = x - (width - 1) / 2.0;
        double v = y - (height - 1) / 2.0;
        directions[0][i] = dx;
        directions[1][i] = dy;
        directions[2][i] = u * dx + v * dy;
        directions[3][i] = v * dx - u * dy;
        directions[4][i] = u * dx - v * dy;
        directions[5][i] = v * dx + u * dy;
        directions[6][i] = dx * dx + dy * dy;
      }
    }
    return orthonormal(directions);
  }

  /** By Gram and Schmidt, twice, which leaves nothing of what was taken out. */
  private static float[][] orthonormal(double[][] directions) {
    List<double[]> basis = new ArrayList<>();
    float[][] rows = new float[directions.length][directions[0].length];
    for (int k = 0; k < directions.length; k++) {
      double[] direction = directions[k].clone();
      double before = length(direction);
      for (int pass = 0; pass < 2; pass++) {
        for (double[] other : basis) {
          double along = dot(direction, other);
          for (int j = 0; j < direction.length; j++) {
            direction[j] -= along * other[j];
          }
        }
      }
      double left = length(direction);
      if (left > DEPENDENT * before && left > 0) {
        for (int j = 0; j < direction.length; j++) {
          direction[j] /= left;
          rows[k][j] = (float) direction[j];
        }
        basis.add(direction);
      }
    }
    return rows;
  }

  private static double length(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
