package io.foolproof.defense;

import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/** Maps that turn a Gaussian into one whose covariance is the identity. */
public final class Whitening {
  private Whitening() {}

  /**
   * The inverse of the Cholesky factor of a covariance, which is lower triangular: [d][d].
   *
   * @param covariance symmetric and positive definite: [d, d]
   */
  public static double[][] of(R064Store covariance) {
    Cholesky<Double> cholesky = Cholesky.R064.make();
    cholesky.decompose(covariance);
    MatrixStore<Double> factor = cholesky.getL();
    int d = covariance.getRowDim();
    double[][] inverse = new double[d][d];
    for (int column = 0; column < d; column++) {
      for (int row = column; row < d; row++) {
        double rest = row == column ? 1 : 0;
        for (int between = column; between < row; between++) {
          rest -= factor.doubleValue(row, between) * inverse[between][column];
        }
        inverse[row][column] = rest / factor.doubleValue(row, row);
      }
    }
    return inverse;
  }
}
