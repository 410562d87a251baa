package io.foolproof.geometry;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Stored numbers as integers: every double is an integer times a power of two, so points and query
 * are integers times the smallest such power among them.
 */
final class ExactCoordinates {
  /** The lowest bit of zero. */
  static final int NO_BIT = Integer.MAX_VALUE;

  private static final int MANTISSA_BITS = 52;

  private final PointSet points;
  private final int exponent;
  private final int bits;

  /** For these points and this query. */
  ExactCoordinates(PointSet points, double[] query) {
    this.points = points;
    int lowest = points.extent().lowestBit();
    double largest = Math.max(1, points.extent().largest());
    for (double value : query) {
      lowest = Math.min(lowest, lowestBit(value));
      largest = Math.max(largest, Math.abs(value));
    }
    this.exponent = lowest == NO_BIT ? 0 : lowest;
    this.bits = Math.getExponent(largest) + 1 - exponent;
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

  /** The exponent of the lowest bit that is set; {@link #NO_BIT} for 0. */
  static int lowestBit(double value) {
    if (value == 0) {
      return NO_BIT;
    }
    int shift = Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - MANTISSA_BITS;
    return shift + Long.numberOfTrailingZeros((long) Math.scalb(value, -shift));
  }
}
