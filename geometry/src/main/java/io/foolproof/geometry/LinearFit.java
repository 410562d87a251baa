package io.foolproof.geometry;

import io.foolproof.tensor.InvalidInputException;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * The linear function of several variables that fits values best, by least squares: {@code
 * intercept + slope . x}.
 *
 * @param slope one number a variable
 */
public record LinearFit(double intercept, double[] slope) {

  /** Takes a copy. */
  public LinearFit {
    slope = slope.clone();
  }

  /**
   * Fits points, by an orthogonal decomposition (Golub, Numerical methods for solving linear least
   * squares problems, 1965).
   *
   * @param x {@code [N][d]}, N greater than d
   * @param y N values
   * @throws InvalidInputException if there are too few points, or as many values
   */
  public static LinearFit of(double[][] x, double[] y) {
    if (x.length != y.length || x.length <= x[0].length) {
      throw new InvalidInputException(
          "%d points of %d variables and %d values, expected as many values, and more points than"
                  .formatted(x.length, x[0].length, y.length)
              + " variables");
    }
    int d = x[0].length;
    R064Store body = R064Store.FACTORY.make(x.length, d + 1);
    R064Store right = R064Store.FACTORY.make(x.length, 1);
    for (int i = 0; i < x.length; i++) {
      body.set(i, 0, 1);
      for (int j = 0; j < d; j++) {
        body.set(i, j + 1, x[i][j]);
      }
      right.set(i, 0, y[i]);
    }
    QR<Double> decomposition = QR.R064.make(body);
    if (!decomposition.decompose(body)) {
      throw new IllegalStateException("the points have no orthogonal decomposition");
    }
    MatrixStore<Double> solution = decomposition.getSolution(right);
    double[] slope = new double[d];
    for (int j = 0; j < d; j++) {
      slope[j] = solution.doubleValue(j + 1, 0);
    }
    return new LinearFit(solution.doubleValue(0, 0), slope);
  }

  /** The function's value. */
  public double at(double[] x) {
    double sum = intercept;
    for (int j = 0; j < slope.length; j++) {
      sum += slope[j] * x[j];
    }
    return sum;
  }
}
