package io.foolproof.geometry;

/**
 * A query's distances to the hulls of the classes.
 *
 * @param query the query's place among the queries
 * @param distances by class, in coordinates; 0 inside, infinite for a class without points
 */
public record ClassDistances(int query, double[] distances) {
  /** Takes a copy. */
  public ClassDistances {
    distances = distances.clone();
  }

  /** The distance to the hull of the query's own class. */
  public double own(int label) {
    return distances[label];
  }

  /** The class, other than the query's own, whose hull is nearest; the first of several. */
  public int nearestOther(int label) {
    int nearest = -1;
    for (int c = 0; c < distances.length; c++) {
      if (c != label && (nearest < 0 || distances[c] < distances[nearest])) {
        nearest = c;
      }
    }
    if (nearest < 0) {
      throw new IllegalStateException("there is no class but " + label);
    }
    return nearest;
  }
}
