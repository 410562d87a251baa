package io.foolproof.geometry;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Whether points mix to a query exactly, by elimination in integers; for {@link
 * CertificateChecker}.
 */
final class ExactWeights {
  private ExactWeights() {}

  /**
   * Whether affinely independent points have non-negative weights that add up to 1 and mix to the
   * query without any error.
   */
  static boolean exist(PointSet points, int[] corners, double[] query) {
    BigInteger[][] rows = system(points, corners, query);
    int k = corners.length;
    BigInteger previous = BigInteger.ONE;
    for (int p = 0; p < k; p++) {
      if (!exchange(rows, p)) {
        return false;
      }
      for (int i = 0; i < rows.length; i++) {
        if (i != p) {
          eliminate(rows[i], rows[p], p, previous);
        }
      }
      previous = rows[p][p];
    }
    for (int i = 0; i < rows.length; i++) {
      int sign = rows[i][k].signum();
      if (i < k ? sign * previous.signum() < 0 : sign != 0) {
        return false;
      }
    }
    return true;
  }

  /** One row a dimension, one for the sum of the weights; the right side is the last column. */
  private static BigInteger[][] system(PointSet points, int[] corners, double[] query) {
    int d = query.length;
    int k = corners.length;
    BigDecimal[][] decimals = new BigDecimal[d + 1][k + 1];
    for (int c = 0; c <= k; c++) {
      double[] column = c < k ? points.stored(corners[c]) : query;
      for (int j = 0; j < d; j++) {
        decimals[j][c] = new BigDecimal(column[j]);
      }
      decimals[d][c] = BigDecimal.ONE;
    }
    BigInteger[][] rows = new BigInteger[d + 1][k + 1];
    for (int j = 0; j <= d; j++) {
      int digits = 0;
      for (BigDecimal value : decimals[j]) {
        digits = Math.max(digits, value.scale());
      }
      for (int c = 0; c <= k; c++) {
        rows[j][c] = decimals[j][c].scaleByPowerOfTen(digits).toBigIntegerExact();
      }
    }
    return rows;
  }

  private static boolean exchange(BigInteger[][] rows, int place) {
    for (int i = place; i < rows.length; i++) {
      if (rows[i][place].signum() != 0) {
        BigInteger[] row = rows[place];
        rows[place] = rows[i];
        rows[i] = row;
        return true;
      }
    }
    return false;
  }

  /** Fraction-free Gauss-Jordan: all divisions come out even. */
  private static void eliminate(
      BigInteger[] row, BigInteger[] pivotRow, int place, BigInteger previous) {
    BigInteger pivot = pivotRow[place];
    BigInteger head = row[place];
    for (int c = 0; c < row.length; c++) {
      row[c] = pivot.multiply(row[c]).subtract(head.multiply(pivotRow[c])).divide(previous);
    }
  }
}
