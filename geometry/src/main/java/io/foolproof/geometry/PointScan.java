package io.foolproof.geometry;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Finds points of which a claim about all of them does not hold, each decided without rounding; for
 * {@link CertificateChecker}.
 *
 * <p>First in 32-bit floats, points against the claims' directions as a matrix product: with {@code
 * u = 2^-24}, the sum of d products in any order is off by at most {@code (d + 4) u |w| . |x|}, the
 * rounding of both factors included. Where that leaves a doubt, the claim is decided exactly.
 */
final class PointScan {
  private static final int BLOCK = 2000;

  /** (d + 4) of these, 5 % more for the bound's own rounding. */
  private static final double ROUNDOFF = 1.05 * 0x1p-24;

  /** What underflow can add to a product of scaled numbers. */
  private static final double UNDERFLOW = 0x1p-100;

  private final PointSet points;
  private final int dimension;

  PointScan(PointSet points) {
    this.points = points;
    this.dimension = points.dimension();
  }

  /** What is claimed of every point, in stored numbers. */
  interface Claim {
    /** The vector whose products with the points are computed, no component above 1 in size. */
    double[] direction();

    /**
     * Whether the claim surely holds for a point.
     *
     * @param product with the direction, about
     * @param error how far off that is at most
     * @param norm the point's length, as a double
     */
    boolean surelyHolds(double product, double error, double norm);

    /** Whether it holds, without rounding. */
    boolean holds(int index, double[] point);
  }

  /**
   * A claim of all points but one.
   *
   * @param but nothing is claimed of this point; -1 for none
   */
  record Except(Claim claim, int but) implements Claim {
    @Override
    public double[] direction() {
      return claim.direction();
    }

    @Override
    public boolean surelyHolds(double product, double error, double norm) {
      return claim.surelyHolds(product, error, norm);
    }

    @Override
    public boolean holds(int index, double[] point) {
      return index == but || claim.holds(index, point);
    }
  }

  /** For each claim the first point that it does not hold for, or -1. */
  int[] firstAgainst(List<? extends Claim> claims) {
    int[] first = new int[claims.size()];
    Arrays.fill(first, -1);
    if (claims.isEmpty()) {
      return first;
    }
    float[] directions = new float[claims.size() * dimension];
    double[] sizes = new double[claims.size()];
    for (int c = 0; c < sizes.length; c++) {
      double[] direction = claims.get(c).direction();
      double squared = 0;
      for (int j = 0; j < dimension; j++) {
        directions[c * dimension + j] = (float) direction[j];
        squared += direction[j] * direction[j];
      }
      sizes[c] = Math.sqrt(squared);
    }
    try (Scope scope = Scope.open()) {
      Tensor all = Tensor.of(directions, sizes.length, dimension);
      for (int from = 0; from < points.size(); from += BLOCK) {
        scan(from, Math.min(points.size(), from + BLOCK), all, claims, sizes, first);
      }
    }
    return first;
  }

  private void scan(
      int from,
      int to,
      Tensor directions,
      List<? extends Claim> claims,
      double[] sizes,
      int[] first) {
    float[] block = new float[(to - from) * dimension];
    double[] norms = new double[to - from];
    double scale = fill(from, to, block, norms);
    float[][] products = new float[claims.size()][to - from];
    try (Scope scope = Scope.open()) {
      Tensor columns = Tensor.of(block, to - from, dimension).transpose(0, 1);
      directions.matmul(columns).copyRows(products, 0);
    }
    for (int c = 0; c < products.length; c++) {
      Claim claim = claims.get(c);
      double relative = (dimension + 4) * ROUNDOFF * sizes[c];
      for (int i = 0; i < to - from && first[c] < 0; i++) {
        double error = (relative * norms[i] + UNDERFLOW) * scale;
        boolean sure = claim.surelyHolds(products[c][i] * scale, error, norms[i] * scale);
        if (!sure && !claim.holds(from + i, points.stored(from + i))) {
          first[c] = from + i;
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
