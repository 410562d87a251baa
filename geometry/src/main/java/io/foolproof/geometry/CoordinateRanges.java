package io.foolproof.geometry;

import io.foolproof.geometry.Certificate.IntegerHyperplane;
import io.foolproof.geometry.Certificate.Outside;
import io.foolproof.geometry.Certificate.RealHyperplane;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The smallest and largest value of every coordinate: the box around a hull. A query outside the
 * box is outside the hull, for the simplest of reasons: one pixel that no training image has.
 */
public final class CoordinateRanges {
  private final PointSet points;
  private final double[] lowest;
  private final double[] highest;

  /**
   * The ranges of these points.
   *
   * @throws InvalidInputException if there is no point
   */
  public CoordinateRanges(PointSet points) {
    if (points.size() == 0) {
      throw new InvalidInputException(points.name() + ": no points, expected at least 1");
    }
    this.points = points;
    this.lowest = points.stored(0);
    this.highest = points.stored(0);
    double[] row = new double[points.dimension()];
    for (int i = 1; i < points.size(); i++) {
      points.copyStored(i, row);
      for (int j = 0; j < row.length; j++) {
        lowest[j] = Math.min(lowest[j], row[j]);
        highest[j] = Math.max(highest[j], row[j]);
      }
    }
  }

  /**
   * A hyperplane along one coordinate that separates a query from all points, if there is one: that
   * of the coordinate furthest out of its range.
   *
   * @throws InvalidInputException if the queries' dimension or unit is not the points'
   */
  public Optional<Outside> separating(PointSet queries, int query) {
    if (queries.dimension() != points.dimension() || queries.unit() != points.unit()) {
      throw new InvalidInputException(
          "%s: %d dimensions in units of %.6g, but %s has %d in units of %.6g"
              .formatted(
                  queries.name(),
                  queries.dimension(),
                  queries.unit(),
                  points.name(),
                  points.dimension(),
                  points.unit()));
    }
    double[] values = queries.stored(query);
    int furthest = 0;
    for (int j = 1; j < values.length; j++) {
      if (excess(values, j) > excess(values, furthest)) {
        furthest = j;
      }
    }
    return excess(values, furthest) > 0
        ? Optional.of(hyperplane(values, furthest, queries.whole()))
        : Optional.empty();
  }

  /** How many queries one coordinate alone separates from all points. */
  public int separated(PointSet queries) {
    int count = 0;
    for (int i = 0; i < queries.size(); i++) {
      count += separating(queries, i).isPresent() ? 1 : 0;
    }
    return count;
  }

  private double excess(double[] values, int coordinate) {
    return Math.max(
        lowest[coordinate] - values[coordinate], values[coordinate] - highest[coordinate]);
  }

  private Outside hyperplane(double[] values, int coordinate, boolean wholeQueries) {
    boolean above = values[coordinate] > highest[coordinate];
    int sign = above ? 1 : -1;
    double threshold = sign * (above ? highest : lowest)[coordinate];
    if (points.whole() && wholeQueries) {
      long[] weights = new long[values.length];
      weights[coordinate] = sign;
      return new IntegerHyperplane(weights, (long) threshold);
    }
    double[] weights = new double[values.length];
    Arrays.fill(weights, 0);
    weights[coordinate] = sign;
    return new RealHyperplane(weights, threshold);
  }
}
