package io.foolproof.geometry;

/**
 * How many random points it takes for the next to fall inside their hull: the yardstick that shares
 * of real data are held against.
 *
 * <p>For N points drawn uniformly from a ball of d dimensions, the next falls inside with a
 * probability that goes to 1 with growing d if {@code N > 2^(d/2) / d}, and to 0 if N is less
 * (Barany and Furedi, On the shape of the convex hull of random points, 1988; quoted for data sets
 * by Balestriero, Pesenti and LeCun, Learning in high dimension always amounts to extrapolation,
 * 2021, arXiv 2110.09485). Images are not spread over a ball, so for them it is a yardstick and no
 * bound.
 */
public final class RandomPoints {
  private RandomPoints() {}

  /** {@code 2^(d/2) / d}: about so many points it takes; infinite beyond the doubles. */
  public static double needed(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException(dimension + " dimensions");
    }
    return Math.pow(2, dimension / 2.0) / dimension;
  }

  /** The largest dimension, at least 1, in which so many points are enough. */
  public static int enoughFor(long points) {
    // The number needed falls up to 3 dimensions and rises from there on.
    int dimension = 2;
    while (needed(dimension + 1) <= points) {
      dimension++;
    }
    return needed(dimension) <= points ? dimension : 1;
  }
}
