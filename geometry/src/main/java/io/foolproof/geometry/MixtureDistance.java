package io.foolproof.geometry;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/** How far a mixture is from a query; for {@link CertificateChecker}. */
final class MixtureDistance {
  private static final double ROUNDOFF = 0x1p-53;

  private static final MathContext UP = new MathContext(50, RoundingMode.UP);

  private MixtureDistance() {}

  /**
   * How far the mixture, its weights made to add up to 1, is from the query, all in stored numbers:
   * in doubles, with the bound {@code gamma_k} on the error of the sums.
   *
   * @param value about that distance
   * @param error how far off it is at most
   */
  record Rounded(double value, double error) {}

  /** The distance in doubles. */
  static Rounded rounded(PointSet points, Mixture mixture, double[] query) {
    double total = 0;
    for (double weight : mixture.weights()) {
      total += weight;
    }
    double[] sum = new double[query.length];
    double[] absolute = new double[query.length];
    for (int k = 0; k < mixture.size(); k++) {
      double[] point = points.stored(mixture.points()[k]);
      double weight = mixture.weights()[k] / total;
      for (int j = 0; j < query.length; j++) {
        double term = weight * (query[j] - point[j]);
        sum[j] += term;
        absolute[j] += Math.abs(term);
      }
    }
    double distance = norm(sum);
    double error = 1.01 * (2 * mixture.size() + 4) * ROUNDOFF * norm(absolute);
    return new Rounded(distance, error + distance * (query.length + 4) * ROUNDOFF);
  }

  /** The length of a vector, of which no square is too small or too large for a double. */
  static double norm(double[] vector) {
    double largest = Decimals.largest(vector);
    if (largest == 0) {
      return 0;
    }
    double squared = 0;
    for (double value : vector) {
      squared += (value / largest) * (value / largest);
    }
    return largest * Math.sqrt(squared);
  }

  /** The square of that distance, in decimals; at most rounded up in the fiftieth digit. */
  static BigDecimal squared(PointSet points, Mixture mixture, double[] query) {
    BigDecimal total = BigDecimal.ZERO;
    BigDecimal[] sum = new BigDecimal[query.length];
    Arrays.fill(sum, BigDecimal.ZERO);
    for (int k = 0; k < mixture.size(); k++) {
      BigDecimal weight = new BigDecimal(mixture.weights()[k]);
      total = total.add(weight);
      double[] point = points.stored(mixture.points()[k]);
      for (int j = 0; j < query.length; j++) {
        if (point[j] != 0) {
          sum[j] = sum[j].add(weight.multiply(new BigDecimal(point[j])));
        }
      }
    }
    BigDecimal squared = BigDecimal.ZERO;
    for (int j = 0; j < query.length; j++) {
      BigDecimal difference = total.multiply(new BigDecimal(query[j])).subtract(sum[j]);
      squared = squared.add(difference.pow(2));
    }
    return squared.divide(total.pow(2), UP);
  }
}
