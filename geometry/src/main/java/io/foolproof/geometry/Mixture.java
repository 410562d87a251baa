package io.foolproof.geometry;

import io.foolproof.data.ImageSet;
import java.util.Arrays;

/**
 * A point of a convex hull as a weighted mixture of the points that span it.
 *
 * @param points indices of points, at most d + 1 of them
 * @param weights their weights: positive, adding up to 1 but for rounding
 */
public record Mixture(int[] points, double[] weights) {
  /** Takes copies. */
  public Mixture {
    if (points.length != weights.length || points.length == 0) {
      throw new IllegalArgumentException(
          points.length + " points and " + weights.length + " weights make no mixture");
    }
    points = points.clone();
    weights = weights.clone();
  }

  /** How many points are mixed. */
  public int size() {
    return points.length;
  }

  /** The mixture with its points by falling weight, for people to read. */
  public Mixture byWeight() {
    Integer[] order = new Integer[points.length];
    for (int k = 0; k < order.length; k++) {
      order[k] = k;
    }
    Arrays.sort(order, (a, b) -> Double.compare(weights[b], weights[a]));
    int[] sortedPoints = new int[order.length];
    double[] sortedWeights = new double[order.length];
    for (int k = 0; k < order.length; k++) {
      sortedPoints[k] = points[order[k]];
      sortedWeights[k] = weights[order[k]];
    }
    return new Mixture(sortedPoints, sortedWeights);
  }

  /**
   * The mixture of images instead of points, pixel by pixel: where the points are these images'
   * pixels, the hull point itself, rounded to 32 bits.
   *
   * @throws IndexOutOfBoundsException if the mixture names an image that is not there
   */
  public float[] of(ImageSet images) {
    double[] sums = new double[images.pixels()];
    for (int k = 0; k < points.length; k++) {
      float[] image = images.pixels(points[k]);
      for (int j = 0; j < sums.length; j++) {
        sums[j] += weights[k] * image[j];
      }
    }
    float[] mixed = new float[sums.length];
    for (int j = 0; j < sums.length; j++) {
      // Weights that add up to a little more than 1 would leave the box of the pixels.
      mixed[j] = (float) Math.min(1, sums[j]);
    }
    return mixed;
  }

  /** The same mixture, its points renumbered: point {@code i} becomes {@code numbers[i]}. */
  Mixture renumbered(int[] numbers) {
    int[] renumbered = new int[points.length];
    for (int k = 0; k < points.length; k++) {
      renumbered[k] = numbers[points[k]];
    }
    return new Mixture(renumbered, weights);
  }
}
