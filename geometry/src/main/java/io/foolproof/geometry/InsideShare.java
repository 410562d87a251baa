package io.foolproof.geometry;

import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;

/**
 * How many queries lie inside the hull of the training images, in one space.
 *
 * @param space where
 * @param dimension dimensions of that space
 * @param queries how many queries there were
 * @param inside how many of them lie inside the hull
 * @param pointsNeeded what {@link RandomPoints#needed} says for that dimension
 */
public record InsideShare(
    Space space, int dimension, int queries, int inside, double pointsNeeded) {

  /** The fraction inside, 0 to 1. */
  public double share() {
    return (double) inside / queries;
  }

  /**
   * Counts.
   *
   * @throws InvalidInputException if there are no queries or training images, or they do not fit
   */
  public static InsideShare measure(
      Space space, ImageSet training, ImageSet queries, Workers workers) {
    if (queries.size() == 0) {
      throw new InvalidInputException(queries.name() + ": no images, expected at least 1 query");
    }
    Embedding embedding = space.fit(training, workers);
    try (Scope scope = Scope.open()) {
      PointSet points = embedding.apply(training);
      int inside = count(points, embedding.apply(queries), workers);
      int dimension = points.dimension();
      return new InsideShare(
          space, dimension, queries.size(), inside, RandomPoints.needed(dimension));
    }
  }

  /** How many queries lie inside the hull of points; every certificate is checked. */
  public static int count(PointSet points, PointSet queries, Workers workers) {
    try (Scope scope = Scope.open()) {
      return (int)
          new CertificateChecker(points)
                  .requireAll(queries, ConvexHull.of(points).membership(queries, workers), workers)
                  .stream()
                  .filter(Projection::inside)
                  .count();
    }
  }
}
