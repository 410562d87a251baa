package io.foolproof.geometry;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Linear systems in integers, without rounding. */
final class IntegerSystem {
  private IntegerSystem() {}

  /**
   * Solves {@code A u = 1 det(A)} by fraction-free elimination (Bareiss, Sylvester's identity and
   * multistep integer-preserving Gaussian elimination, 1968): all divisions come out even.
   *
   * @param matrix symmetric positive semidefinite, overwritten
   * @return u and, behind it, det(A); null if the matrix is singular
   */
  static BigInteger @Nullable [] solveOnes(BigInteger[][] matrix) {
    int k = matrix.length;
    BigInteger[] right = new BigInteger[k];
    Arrays.fill(right, BigInteger.ONE);
    BigInteger previous = BigInteger.ONE;
    for (int p = 0; p < k; p++) {
      // A semidefinite matrix with a zero on the diagonal of what is left has a zero row there.
      BigInteger pivot = matrix[p][p];
      if (pivot.signum() == 0) {
        return null;
      }
      for (int i = p + 1; i < k; i++) {
        BigInteger head = matrix[i][p];
        for (int j = p + 1; j < k; j++) {
          matrix[i][j] = step(pivot, matrix[i][j], head, matrix[p][j], previous);
        }
        right[i] = step(pivot, right[i], head, right[p], previous);
      }
      previous = pivot;
    }
    return substituteBack(matrix, right, previous);
  }

  private static BigInteger step(
      BigInteger pivot, BigInteger value, BigInteger head, BigInteger above, BigInteger previous) {
    return pivot.multiply(value).subtract(head.multiply(above)).divide(previous);
  }

  private static BigInteger[] substituteBack(
      BigInteger[][] matrix, BigInteger[] right, BigInteger determinant) {
    int k = matrix.length;
    BigInteger[] solution = new BigInteger[k + 1];
    solution[k] = determinant;
    for (int i = k - 1; i >= 0; i--) {
      BigInteger sum = right[i].multiply(determinant);
      for (int j = i + 1; j < k; j++) {
        sum = sum.subtract(matrix[i][j].multiply(solution[j]));
      }
      solution[i] = sum.divide(matrix[i][i]);
    }
    return solution;
  }
}
