package io.foolproof.geometry;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** A half-space {@code weights . x <= threshold}, decided without rounding. */
sealed interface ExactSide {
  int dimension();

  /** Whether a point of stored numbers lies in the half-space. */
  boolean has(double[] point);

  /** {@code weights . point - threshold}. */
  BigDecimal margin(double[] point);

  /** The squared length of the weights. */
  BigDecimal squaredNorm();

  /** Weights and threshold divided by the largest weight in size, each rounded once or twice. */
  Rounded rounded();

  /** A half-space in doubles, about where the exact one is. */
  record Rounded(double[] weights, double threshold) {}

  /** In 64-bit integers; right as long as they {@link #fits fit}. */
  record Integers(long[] weights, long threshold) implements ExactSide {
    @Override
    public int dimension() {
      return weights.length;
    }

    /** Whether no sum of products with whole numbers up to a size can overflow. */
    boolean fits(double largest) {
      BigInteger sum = BigInteger.ZERO;
      for (long weight : weights) {
        sum = sum.add(BigInteger.valueOf(weight).abs());
      }
      BigInteger most = new BigDecimal(Math.ceil(largest)).toBigInteger();
      return sum.multiply(most).bitLength() <= 62;
    }

    @Override
    public boolean has(double[] point) {
      return dot(point) <= threshold;
    }

    @Override
    public BigDecimal margin(double[] point) {
      return BigDecimal.valueOf(dot(point)).subtract(BigDecimal.valueOf(threshold));
    }

    private long dot(double[] point) {
      long sum = 0;
      for (int j = 0; j < weights.length; j++) {
        sum += weights[j] * (long) point[j];
      }
      return sum;
    }

    @Override
    public BigDecimal squaredNorm() {
      BigInteger sum = BigInteger.ZERO;
      for (long weight : weights) {
        sum = sum.add(BigInteger.valueOf(weight).pow(2));
      }
      return new BigDecimal(sum);
    }

    @Override
    public Rounded rounded() {
      double largest = 1;
      for (long weight : weights) {
        largest = Math.max(largest, Math.abs((double) weight));
      }
      double[] rounded = new double[weights.length];
      for (int j = 0; j < rounded.length; j++) {
        rounded[j] = weights[j] / largest;
      }
      return new Rounded(rounded, threshold / largest);
    }
  }

  /** In decimals of any length. */
  record Decimal(BigDecimal[] weights, BigDecimal threshold) implements ExactSide {
    @Override
    public int dimension() {
      return weights.length;
    }

    @Override
    public boolean has(double[] point) {
      return margin(point).signum() <= 0;
    }

    @Override
    public BigDecimal margin(double[] point) {
      return Decimals.dot(weights, point).subtract(threshold);
    }

    @Override
    public BigDecimal squaredNorm() {
      BigDecimal sum = BigDecimal.ZERO;
      for (BigDecimal weight : weights) {
        sum = sum.add(weight.pow(2));
      }
      return sum;
    }

    @Override
    public Rounded rounded() {
      BigDecimal largest = BigDecimal.ZERO;
      for (BigDecimal weight : weights) {
        largest = largest.max(weight.abs());
      }
      BigDecimal divisor = largest.signum() == 0 ? BigDecimal.ONE : largest;
      double[] rounded = new double[weights.length];
      for (int j = 0; j < rounded.length; j++) {
        rounded[j] = weights[j].divide(divisor, MathContext.DECIMAL64).doubleValue();
      }
      return new Rounded(rounded, threshold.divide(divisor, MathContext.DECIMAL64).doubleValue());
    }
  }
}
