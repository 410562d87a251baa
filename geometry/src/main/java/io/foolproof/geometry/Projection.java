package io.foolproof.geometry;

/**
 * Where a query lies relative to a convex hull. Distances are Euclidean, in coordinates (pixels of
 * [0, 1] for images).
 *
 * @param query the query's place among the queries
 * @param distance from the query to the hull; 0 inside; after a membership test only, the distance
 *     to the hull's point that was found
 * @param lowerBound no point of the hull is closer than this: from the hyperplane, rounding
 *     included
 * @param upperBound the nearest point found is at most this far, rounding included
 * @param nearest the nearest hull point found, as a mixture of the hull's points
 * @param nearestNeighbour the nearest of the points themselves, the first of several
 * @param neighbourDistance the distance to it
 * @param certificate what proves the verdict
 * @param passes how many times all points were scored for this query
 */
public record Projection(
    int query,
    double distance,
    double lowerBound,
    double upperBound,
    Mixture nearest,
    int nearestNeighbour,
    double neighbourDistance,
    Certificate certificate,
    int passes) {

  /** Whether the query lies inside the hull or on its boundary. */
  public boolean inside() {
    return certificate instanceof Certificate.Inside;
  }

  /** The duality gap, in squared distance: how much nearer the hull could be at most. */
  public double dualityGap() {
    return Math.max(0, (upperBound - lowerBound) * (upperBound + lowerBound));
  }

  /**
   * Hull distance over neighbour distance: 0 inside, 1 where mixing helps nothing; 0 for a query
   * that is one of the points.
   */
  public double ratio() {
    return neighbourDistance == 0 ? 0 : distance / neighbourDistance;
  }

  /** The same result with points and query renumbered. */
  Projection renumbered(int newQuery, int[] points) {
    Certificate renumberedCertificate =
        certificate instanceof Certificate.Inside inside
            ? new Certificate.Inside(
                inside.mixture().renumbered(points), inside.errorBound(), inside.exact())
            : certificate;
    return new Projection(
        newQuery,
        distance,
        lowerBound,
        upperBound,
        nearest.renumbered(points),
        points[nearestNeighbour],
        neighbourDistance,
        renumberedCertificate,
        passes);
  }
}
