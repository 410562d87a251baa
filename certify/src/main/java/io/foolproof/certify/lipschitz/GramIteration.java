package io.foolproof.certify.lipschitz;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Upper bounds of the largest singular values of matrices: the largest singular value of G'G is the
 * square of that of G, and a Frobenius norm is never less than it. After t Gram matrices the bound
 * of a matrix of rank r is at most r^(1 / 2^(t+1)) times too large. (The power method converges
 * from below: what it gives bounds nothing.)
 *
 * <p>Delattre, Barthélemy, Araujo, Allauzen: Efficient bound of Lipschitz constant for
 * convolutional layers by Gram iteration, 2023, arXiv 2305.16173, algorithm 1. Rounding is counted
 * here: where G' G + E is what was computed, with |E| at most g |G|^2 in the Frobenius norm and g
 * that of docs/proofs.md, the square is at most the bound of what was computed, plus that.
 */
final class GramIteration {
  private static final double DOUBLE = 0x1p-53;

  /** More than any sum, product or root here loses. */
  private static final double UP = 1 + 0x1p-48;

  /** Two Gram matrices more change a bound by less than this, relatively. */
  private static final double SETTLED = 1e-4;

  private static final int MOST = 16;

  private GramIteration() {}

  /**
   * The largest of the bounds of some matrices.
   *
   * @param matrices [F, m, n], of 64 bits
   */
  static double bound(Tensor matrices) {
    try (Scope scope = Scope.open()) {
      Tensor gram = matrices.size(1) < matrices.size(2) ? matrices.transpose(1, 2) : matrices;
      int count = (int) gram.size(0);
      List<double[]> norms = new ArrayList<>();
      List<double[]> scales = new ArrayList<>();
      double best = Double.POSITIVE_INFINITY;
      for (int t = 0; t <= MOST; t++) {
        double[] scale = scales(norms(gram));
        gram = gram.div(Tensor.of(scale, count, 1, 1));
        norms.add(norms(gram));
        scales.add(scale);
        double last = best;
        best = Math.min(best, unwound(norms, scales, gram.size(1), matrices));
        if (t > 2 && best > last * (1 - SETTLED)) {
          break;
        }
        gram = gram.transpose(1, 2).matmul(gram);
      }
      return best;
    }
  }

  /** Upper bounds of the Frobenius norms. */
  private static double[] norms(Tensor gram) {
    double terms = gram.size(1) * gram.size(2) + 8.0;
    double[] norms = gram.pow(2).sum(false, 1, 2).toDoubles();
    // The least normal number, in case that all squares vanish.
    Arrays.setAll(
        norms, i -> Math.sqrt(norms[i] * (1 + 4 * terms * DOUBLE) + Double.MIN_NORMAL) * UP);
    return norms;
  }

  /** Powers of 2 near some numbers: to divide by them rounds nothing. */
  private static double[] scales(double[] norms) {
    return Arrays.stream(norms)
        .map(norm -> Double.isFinite(norm) ? Math.scalb(1.0, Math.getExponent(norm)) : 1)
        .toArray();
  }

  /** From the norms of the last Gram matrices back to the largest bound of the matrices. */
  private static double unwound(
      List<double[]> norms, List<double[]> scales, long rows, Tensor matrices) {
    double terms = Math.max(rows, Math.max(matrices.size(1), matrices.size(2))) + 2.0;
    double gamma = terms * DOUBLE / (1 - terms * DOUBLE);
    int last = norms.size() - 1;
    double largest = 0;
    for (int i = 0; i < norms.get(0).length; i++) {
      double bound = norms.get(last)[i] * scales.get(last)[i] * UP;
      for (int t = last - 1; t >= 0; t--) {
        double norm = norms.get(t)[i];
        double squared = (bound + gamma * norm * norm + Double.MIN_NORMAL) * UP;
        bound = Math.sqrt(squared) * UP * scales.get(t)[i];
      }
      largest = Math.max(largest, Double.isNaN(bound) ? Double.POSITIVE_INFINITY : bound);
    }
    return largest;
  }
}
