package io.foolproof.geometry;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;

/**
 * The convex hull of a few hundred points, and the point of it that is nearest to a query, by
 * Wolfe's method ({@link MinNormPoint}) on all points at once, whose scalar products are kept.
 *
 * <p>In double precision, without a certificate: for classifiers and detectors, which ask for many
 * nearest points in turn. {@link ConvexHull} proves what it says, and takes many more points. A
 * result depends on the points and the query alone, to the last bit. Immutable, and safe for use by
 * several threads.
 */
public final class SmallHull {
  private final float[][] points;

  /** Scalar products of each point with those up to itself. */
  private final double[][] products;

  private SmallHull(float[][] points, double[][] products) {
    this.points = points;
    this.products = products;
  }

  /**
   * The hull of these points, which are copied.
   *
   * @param points [N][d]
   * @throws InvalidInputException if there is no point, if they differ in dimension, or if a
   *     coordinate is not finite
   */
  public static SmallHull of(float[][] points) {
    if (points.length == 0) {
      throw new InvalidInputException("no points, expected at least 1 to span a hull");
    }
    float[][] own = new float[points.length][];
    double[][] products = new double[points.length][];
    for (int i = 0; i < own.length; i++) {
      own[i] = points[i].clone();
      if (own[i].length != own[0].length) {
        throw new InvalidInputException(
            "point %d has %d dimensions, but point 0 has %d"
                .formatted(i, own[i].length, own[0].length));
      }
      products[i] = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        products[i][j] = dot(own[i], own[j]);
      }
      if (!Double.isFinite(products[i][i])) {
        throw new InvalidInputException(
            "point %d has a coordinate that is not finite".formatted(i));
      }
    }
    return new SmallHull(own, products);
  }

  /** How many points span it. */
  public int size() {
    return points.length;
  }

  /**
   * The point of the hull that is nearest to a query.
   *
   * @param squaredDistance between the two, Euclidean
   * @param point the nearest: [d]
   */
  public record Nearest(double squaredDistance, double[] point) {}

  /**
   * Projects a query onto the hull; all is NaN where a coordinate of the query is not finite.
   *
   * @param query [d]
   * @throws InvalidInputException if the dimension is not that of the points
   */
  public Nearest nearest(double[] query) {
    int d = points[0].length;
    if (query.length != d) {
      throw new InvalidInputException(
          "a query of %d dimensions, but the points of the hull have %d"
              .formatted(query.length, d));
    }
    double length = dot(query, query);
    if (!Double.isFinite(length)) {
      double[] none = new double[d];
      Arrays.fill(none, Double.NaN);
      return new Nearest(Double.NaN, none);
    }
    MinNormPoint search = differences(query, length);
    search.solve();
    int[] support = search.support();
    double[] weights = search.weights();
    double[] nearest = new double[d];
    for (int a = 0; a < support.length; a++) {
      float[] point = points[support[a]];
      for (int j = 0; j < d; j++) {
        nearest[j] += weights[a] * point[j];
      }
    }
    double squared = 0;
    for (int j = 0; j < d; j++) {
      squared += (query[j] - nearest[j]) * (query[j] - nearest[j]);
    }
    return new Nearest(squared, nearest);
  }

  /** The differences between the points and a query, of which the hull is that moved by it. */
  private MinNormPoint differences(double[] query, double length) {
    double[] along = new double[points.length];
    MinNormPoint search = new MinNormPoint();
    for (int i = 0; i < points.length; i++) {
      along[i] = dot(points[i], query);
      double[] row = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        row[j] = products[i][j] - along[i] - along[j] + length;
      }
      search.add(row);
    }
    return search;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (double) a[j] * b[j];
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

  private static double dot(float[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
