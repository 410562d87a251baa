package io.foolproof.geometry;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Finds points beyond half-spaces, each decided without rounding; for {@link CertificateChecker}.
 *
 * <p>First in 32-bit floats, points against half-spaces as a matrix product: with {@code u =
 * 2^-24}, the sum of d products in any order is off by at most {@code (d + 4) u |w| . |x|}, the
 * rounding of both factors included. What is not below the threshold by that much is decided
 * exactly.
 */
final class PointScan {
  private static final int BLOCK = 2000;

  /** (d + 4) of these, 5 % more for the bound's own rounding. */
  private static final double ROUNDOFF = 1.05 * 0x1p-24;

  private final PointSet points;
  private final int dimension;

  PointScan(PointSet points) {
    this.points = points;
    this.dimension = points.dimension();
  }

  /** For each half-space the first point that lies beyond it, or -1. */
  int[] firstBeyond(List<ExactSide> sides) {
    int[] first = new int[sides.size()];
    Arrays.fill(first, -1);
    if (sides.isEmpty()) {
      return first;
    }
    float[] weights = new float[sides.size() * dimension];
    double[] sizes = new double[sides.size()];
    double[] thresholds = new double[sides.size()];
    for (int s = 0; s < sizes.length; s++) {
      ExactSide.Rounded side = sides.get(s).rounded();
      double[] rounded = side.weights();
      double squared = 0;
      for (int j = 0; j < dimension; j++) {
        weights[s * dimension + j] = (float) rounded[j];
        squared += rounded[j] * rounded[j];
      }
      sizes[s] = Math.sqrt(squared);
      thresholds[s] = side.threshold();
    }
    try (Scope scope = Scope.open()) {
      Tensor all = Tensor.of(weights, sizes.length, dimension);
      for (int from = 0; from < points.size(); from += BLOCK) {
        scan(from, Math.min(points.size(), from + BLOCK), all, sides, sizes, thresholds, first);
      }
    }
    return first;
  }

  private void scan(
      int from,
      int to,
      Tensor weights,
      List<ExactSide> sides,
      double[] sizes,
      double[] thresholds,
      int[] first) {
    float[] block = new float[(to - from) * dimension];
    double[] norms = new double[to - from];
    double scale = fill(from, to, block, norms);
    float[][] scores = new float[sides.size()][to - from];
    try (Scope scope = Scope.open()) {
      Tensor columns = Tensor.of(block, to - from, dimension).transpose(0, 1);
      weights.matmul(columns).copyRows(scores, 0);
    }
    for (int s = 0; s < scores.length; s++) {
      double threshold = thresholds[s] / scale;
      double error = (dimension + 4) * ROUNDOFF * sizes[s];
      double slack = 0x1p-48 * Math.abs(threshold) + 0x1p-100;
      for (int i = 0; i < to - from && first[s] < 0; i++) {
        boolean surelyBelow = scores[s][i] + error * norms[i] + slack < threshold;
        if (!surelyBelow && !sides.get(s).has(points.stored(from + i))) {
          first[s] = from + i;
        }
      }
    }
  }

  /** Fills a block with points divided by a power of two, which is returned, so that all fit. */
  private double fill(int from, int to, float[] block, double[] norms) {
    double largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Decimals.largest(points.stored(i)));
    }
    double scale = largest == 0 ? 1 : Math.scalb(1.0, Math.getExponent(largest));
    for (int i = from; i < to; i++) {
      double[] row = points.stored(i);
      double squared = 0;
      for (int j = 0; j < dimension; j++) {
        double value = row[j] / scale;
        block[(i - from) * dimension + j] = (float) value;
        squared += value * value;
      }
      norms[i - from] = Math.sqrt(squared);
    }
    return scale;
  }
}
