package io.foolproof.geometry;

import io.foolproof.geometry.Certificate.ExactHyperplane;
import io.foolproof.geometry.Certificate.IntegerHyperplane;
import io.foolproof.geometry.Certificate.Outside;
import io.foolproof.geometry.Certificate.RealHyperplane;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a direction that separates a query from points into a hyperplane that proves it. */
final class Hyperplanes {
  /** Sums of products stay below this, so that 64-bit arithmetic never overflows. */
  private static final int SUM_BITS = 62;

  private static final double ROUNDOFF = 0x1p-53;

  private final PointSet points;
  private final double largest;
  private final double largestNorm;

  Hyperplanes(PointSet points) {
    this.points = points;
    this.largest = points.extent().largest();
    this.largestNorm = points.extent().largestNorm();
  }

  /**
   * The largest error of the scalar product of a direction of length 1 with any of the points or
   * the query, as computed in doubles.
   */
  double rounding(double[] query) {
    return 1.01 * (query.length + 4) * ROUNDOFF * Math.max(largestNorm, norm(query));
  }

  /**
   * By how much turning the direction into a hyperplane can change any scalar product, in either
   * direction, rounding included.
   */
  double slack(double[] query) {
    double rounding = 4 * rounding(query);
    return points.whole()
        ? rounding + Math.scalb(Math.sqrt(query.length) * largestNorm, -exponent(query))
        : rounding;
  }

  /** A direction of length 1 is multiplied by this power of two before it is rounded. */
  private int exponent(double[] query) {
    double most = largest;
    for (double value : query) {
      most = Math.max(most, Math.abs(value));
    }
    // The sum of absolute components is at most sqrt(d), and rounding adds at most d / 2.
    double sum = (Math.sqrt(query.length) + 1) * Math.max(1, most);
    return SUM_BITS - 1 - Math.getExponent(sum);
  }

  /**
   * A hyperplane with this normal.
   *
   * @param direction of length 1
   * @param near all points that come within {@link #slack} of the furthest along it
   * @return null if rounding leaves the query on the wrong side
   */
  @Nullable Outside touching(double[] query, double[] direction, int[] near) {
    if (points.whole() && allWhole(query)) {
      long[] weights = round(direction, exponent(query));
      long threshold = Long.MIN_VALUE;
      for (int i : near) {
        threshold = Math.max(threshold, dot(weights, points.stored(i)));
      }
      return integer(query, weights, threshold);
    }
    double reach = Double.NEGATIVE_INFINITY;
    for (int i : near) {
      reach = Math.max(reach, points.dot(i, direction));
    }
    return real(query, direction, reach + rounding(query));
  }

  /** The same for a bound that no point exceeds along the direction. */
  @Nullable Outside above(double[] query, double[] direction, double bound) {
    if (points.whole() && allWhole(query)) {
      int exponent = exponent(query);
      long threshold = (long) Math.ceil(Math.scalb(bound + slack(query), exponent));
      return integer(query, round(direction, exponent), threshold);
    }
    return real(query, direction, bound + slack(query));
  }

  /** A hyperplane of exact integers; in 64 bits if they fit, in as many as it takes if not. */
  Outside exact(
      double[] query, List<BigInteger> direction, BigInteger threshold, ExactCoordinates integers) {
    if (points.whole() && allWhole(query)) {
      BigInteger sum = BigInteger.ZERO;
      for (BigInteger component : direction) {
        sum = sum.add(component.abs());
      }
      double most = Math.max(largest, norm(query)) + 1;
      if (sum.bitLength() + Math.getExponent(most) + 1 < SUM_BITS) {
        return new IntegerHyperplane(
            direction.stream().mapToLong(BigInteger::longValueExact).toArray(),
            threshold.longValueExact());
      }
    }
    return new ExactHyperplane(
        direction.stream().map(BigDecimal::new).toList(),
        new BigDecimal(threshold).multiply(integers.unit()));
  }

  /** How far the query is beyond a hyperplane, in stored numbers, rounded down. */
  double distance(double[] query, Outside hyperplane) {
    double down = 1 - 2 * (query.length + 8) * ROUNDOFF;
    if (hyperplane instanceof IntegerHyperplane integer) {
      double squared = 0;
      for (long weight : integer.weights()) {
        squared += (double) weight * weight;
      }
      return down * (dot(integer.weights(), query) - integer.threshold()) / Math.sqrt(squared);
    }
    if (hyperplane instanceof RealHyperplane real) {
      double margin = dot(real.weights(), query) - rounding(query) - real.threshold();
      return Math.max(0, down * margin / norm(real.weights()));
    }
    return 0;
  }

  private static @Nullable Outside integer(double[] query, long[] weights, long threshold) {
    return dot(weights, query) > threshold ? new IntegerHyperplane(weights, threshold) : null;
  }

  private @Nullable Outside real(double[] query, double[] direction, double threshold) {
    return dot(direction, query) - rounding(query) > threshold
        ? new RealHyperplane(direction, threshold)
        : null;
  }

  private static long[] round(double[] direction, int exponent) {
    long[] weights = new long[direction.length];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = Math.round(Math.scalb(direction[j], exponent));
    }
    return weights;
  }

  private static long dot(long[] weights, double[] wholeNumbers) {
    long sum = 0;
    for (int j = 0; j < weights.length; j++) {
      sum += weights[j] * (long) wholeNumbers[j];
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static boolean allWhole(double[] query) {
    for (double value : query) {
      if (value != Math.rint(value)) {
        return false;
      }
    }
    return true;
  }
}
