package io.foolproof.geometry;

import java.math.BigDecimal;

/**
 * That no point is nearer to a query than the one that a result calls its nearest neighbour; for
 * {@link CertificateChecker}.
 *
 * <p>{@code |x - q|^2 = |x|^2 - 2 x . q + |q|^2}, so that a product with the query spares most
 * points the exact arithmetic.
 */
final class Nearest implements PointScan.Claim {
  /** What the two squares are off by, and the sum of three, relative to their size. */
  private static final double ROUNDOFF = 0x1p-50;

  /** Real numbers are compared by rounded distances where the result is made. */
  private static final BigDecimal TIE = new BigDecimal("1e-12");

  private final double[] query;
  private final int neighbour;
  private final boolean whole;
  private final BigDecimal squared;
  private final double rounded;
  private final double scale;
  private final double querySquared;

  Nearest(PointSet points, double[] query, int neighbour) {
    this.query = query;
    this.neighbour = neighbour;
    this.whole = points.whole();
    this.squared = squared(points.stored(neighbour), query);
    this.rounded = squared.doubleValue() * (1 + ROUNDOFF);
    double largest = Decimals.largest(query);
    this.scale = largest == 0 ? 1 : largest;
    double sum = 0;
    for (double value : query) {
      sum += value * value;
    }
    this.querySquared = sum;
  }

  /** The square of the distance to that neighbour, in stored numbers, without rounding. */
  BigDecimal squared() {
    return squared;
  }

  private static BigDecimal squared(double[] point, double[] query) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int j = 0; j < query.length; j++) {
      if (point[j] != query[j]) {
        sum = sum.add(new BigDecimal(point[j]).subtract(new BigDecimal(query[j])).pow(2));
      }
    }
    return sum;
  }

  @Override
  public double[] direction() {
    double[] direction = new double[query.length];
    for (int j = 0; j < direction.length; j++) {
      direction[j] = query[j] / scale;
    }
    return direction;
  }

  @Override
  public boolean surelyHolds(double product, double error, double norm) {
    double sizes = norm * norm + querySquared;
    double least = sizes - 2 * scale * (product + error) - query.length * ROUNDOFF * sizes;
    return least > rounded;
  }

  /** Of several that are nearest, the first is meant. */
  @Override
  public boolean holds(int index, double[] point) {
    BigDecimal other = squared(point, query);
    if (whole) {
      return index < neighbour ? other.compareTo(squared) > 0 : other.compareTo(squared) >= 0;
    }
    return other.compareTo(squared.subtract(squared.multiply(TIE))) >= 0;
  }
}
