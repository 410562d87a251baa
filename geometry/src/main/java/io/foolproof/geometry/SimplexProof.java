package io.foolproof.geometry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Proves in floating point that a query lies strictly inside a simplex of d + 1 points.
 *
 * <p>The weights solve {@code B w = e}: columns {@code (x_i - q, sigma)}, right side (0, ...,
 * sigma). With an approximate inverse R, {@code alpha = |I - R B| < 1} proves B regular, and the
 * true weights are within {@code |R| |e - B w'| / (1 - alpha)} of computed ones w' (Rump,
 * Verification methods: rigorous results using floating-point arithmetic, Acta Numerica 19, 2010,
 * section 10). If every weight exceeds that, all true weights are positive. Every norm is bounded
 * with the rounding of its own computation included.
 */
final class SimplexProof {
  private static final double ROUNDOFF = 0x1p-53;

  /** Covers the rounding of the bounds themselves, which are sums of non-negative numbers. */
  private static final double SLOP = 1.001;

  private SimplexProof() {}

  /**
   * The corners with their weights, rounded, if positive weights that mix to the query exactly are
   * proved to exist; null if that cannot be proved so.
   */
  static @Nullable Mixture prove(PointSet points, double[] query, int[] corners) {
    int k = query.length + 1;
    if (corners.length != k) {
      return null;
    }
    double[][] matrix = matrix(points, query, corners);
    double[][] inverse = inverse(matrix);
    if (inverse == null) {
      return null;
    }
    double sigma = matrix[k - 1][0];
    double[] weights = new double[k];
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < k; i++) {
      weights[i] = inverse[i][k - 1] * sigma;
      smallest = Math.min(smallest, weights[i]);
    }
    double alpha = defect(inverse, matrix);
    double[] residual = residualBound(matrix, weights, sigma);
    double error = 0;
    for (double[] row : inverse) {
      double sum = 0;
      for (int j = 0; j < k; j++) {
        sum += Math.abs(row[j]) * residual[j];
      }
      error = Math.max(error, sum);
    }
    boolean proved = alpha < 0.5 && smallest > SLOP * error / (1 - SLOP * alpha);
    return proved ? new Mixture(corners, weights) : null;
  }

  private static double[][] matrix(PointSet points, double[] query, int[] corners) {
    int k = corners.length;
    double[][] matrix = new double[k][k];
    double sigma = Double.MIN_NORMAL;
    for (int i = 0; i < k; i++) {
      double[] corner = points.stored(corners[i]);
      for (int j = 0; j < k - 1; j++) {
        matrix[j][i] = corner[j] - query[j];
        sigma = Math.max(sigma, Math.abs(matrix[j][i]));
      }
    }
    Arrays.fill(matrix[k - 1], sigma);
    return matrix;
  }

  /**
   * Bounds {@code |I - R B|}, the largest sum of a row; each difference may be off by a rounding.
   */
  private static double defect(double[][] inverse, double[][] matrix) {
    int k = matrix.length;
    double rounding = SLOP * (k + 4) * ROUNDOFF;
    double worst = 0;
    double[] product = new double[k];
    double[] absolute = new double[k];
    for (int i = 0; i < k; i++) {
      Arrays.fill(product, 0);
      Arrays.fill(absolute, 0);
      for (int l = 0; l < k; l++) {
        double factor = inverse[i][l];
        double[] row = matrix[l];
        for (int j = 0; j < k; j++) {
          product[j] += factor * row[j];
          absolute[j] += Math.abs(factor * row[j]);
        }
      }
      double sum = 0;
      for (int j = 0; j < k; j++) {
        sum += Math.abs(product[j] - (i == j ? 1 : 0)) + rounding * (absolute[j] + 1);
      }
      worst = Math.max(worst, sum);
    }
    return SLOP * worst;
  }

  private static double[] residualBound(double[][] matrix, double[] weights, double sigma) {
    int k = matrix.length;
    double rounding = SLOP * (k + 4) * ROUNDOFF;
    double[] bound = new double[k];
    for (int j = 0; j < k; j++) {
      double sum = j == k - 1 ? -sigma : 0;
      double absolute = Math.abs(sum);
      for (int i = 0; i < k; i++) {
        sum += matrix[j][i] * weights[i];
        absolute += Math.abs(matrix[j][i] * weights[i]);
      }
      bound[j] = SLOP * (Math.abs(sum) + rounding * absolute);
    }
    return bound;
  }

  /** Gauss-Jordan with row exchanges; null where a pivot vanishes or is NaN or infinite. */
  private static double @Nullable [][] inverse(double[][] matrix) {
    int k = matrix.length;
    double[][] work = new double[k][2 * k];
    for (int i = 0; i < k; i++) {
      System.arraycopy(matrix[i], 0, work[i], 0, k);
      work[i][k + i] = 1;
    }
    for (int p = 0; p < k; p++) {
      exchange(work, p);
      double pivot = work[p][p];
      if (!(Math.abs(pivot) > 0)) {
        return null;
      }
      for (int j = p; j < 2 * k; j++) {
        work[p][j] /= pivot;
      }
      for (int i = 0; i < k; i++) {
        double factor = work[i][p];
        if (i != p && factor != 0) {
          for (int j = p; j < 2 * k; j++) {
            work[i][j] -= factor * work[p][j];
          }
        }
      }
    }
    double[][] inverse = new double[k][];
    for (int i = 0; i < k; i++) {
      inverse[i] = Arrays.copyOfRange(work[i], k, 2 * k);
    }
    return inverse;
  }

  private static void exchange(double[][] work, int place) {
    int largest = place;
    for (int i = place + 1; i < work.length; i++) {
      if (Math.abs(work[i][place]) > Math.abs(work[largest][place])) {
        largest = i;
      }
    }
    double[] row = work[place];
    work[place] = work[largest];
    work[largest] = row;
  }
}
