package io.foolproof.geometry;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Stored numbers as integers: every double is an integer times a power of two, so points and query
 * are integers times the smallest such power among them.
 */
final class ExactCoordinates {
  private static final int MANTISSA_BITS = 52;

  private final PointSet points;
  private final int exponent;
  private final int bits;

  /** For these points and any query whose numbers are no finer. */
  ExactCoordinates(PointSet points, double[] query) {
    this.points = points;
    if (points.whole() && allWhole(query)) {
      this.exponent = 0;
      this.bits = bits(points, query);
      return;
    }
    int lowest = Integer.MAX_VALUE;
    for (int i = 0; i < points.size(); i++) {
      for (double value : points.stored(i)) {
        lowest = Math.min(lowest, lowestBit(value));
      }
    }
    for (double value : query) {
      lowest = Math.min(lowest, lowestBit(value));
    }
    this.exponent = lowest == Integer.MAX_VALUE ? 0 : lowest;
    this.bits = bits(points, query) - exponent;
  }

  /** About how many bits the integers have. */
  int bits() {
    return bits;
  }

  /** A power of two: an integer times it is the stored number. */
  BigDecimal unit() {
    BigDecimal two = BigDecimal.valueOf(2);
    return exponent >= 0
        ? two.pow(exponent)
        : BigDecimal.ONE.divide(two.pow(-exponent)); // ends: 2^-k has k decimals
  }

  /** An integer of these as a double, stored numbers again; for reporting only. */
  double toStored(BigDecimal integer) {
    return integer.multiply(unit()).doubleValue();
  }

  BigInteger[] of(double[] stored) {
    BigInteger[] integers = new BigInteger[stored.length];
    for (int j = 0; j < stored.length; j++) {
      integers[j] = integer(stored[j]);
    }
    return integers;
  }

  BigInteger[] point(int index) {
    return of(points.stored(index));
  }

  private BigInteger integer(double value) {
    if (value == 0) {
      return BigInteger.ZERO;
    }
    int shift = Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - MANTISSA_BITS;
    BigInteger mantissa = BigInteger.valueOf((long) Math.scalb(value, -shift));
    return shift >= exponent
        ? mantissa.shiftLeft(shift - exponent)
        : mantissa.shiftRight(exponent - shift); // only zeros leave
  }

  /** The exponent of the lowest bit that is set. */
  private static int lowestBit(double value) {
    if (value == 0) {
      return Integer.MAX_VALUE;
    }
    int shift = Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - MANTISSA_BITS;
    return shift + Long.numberOfTrailingZeros((long) Math.scalb(value, -shift));
  }

  private static boolean allWhole(double[] values) {
    for (double value : values) {
      if (value != Math.rint(value)) {
        return false;
      }
    }
    return true;
  }

  private static int bits(PointSet points, double[] query) {
    double largest = 1;
    for (double value : query) {
      largest = Math.max(largest, Math.abs(value));
    }
    double[] row = new double[points.dimension()];
    for (int i = 0; i < points.size(); i++) {
      points.copyStored(i, row);
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return Math.getExponent(largest) + 1;
  }
}
