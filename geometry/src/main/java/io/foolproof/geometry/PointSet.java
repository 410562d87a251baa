package io.foolproof.geometry;

import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Points of one dimension in memory, immutable: {@code [N, d]}, row by row.
 *
 * <p>A coordinate is a stored number times the {@linkplain #unit() unit}. Images of 8-bit levels
 * are stored as their levels with the unit 1/255, so that everything about them can be decided in
 * integers, and distances still come out in pixels of [0, 1].
 *
 * <p>Safe for use by several threads.
 */
public final class PointSet {
  private static final double LEVEL = 1 / 255.0;

  /** Beyond this, squared norms come too close to the end of the doubles. */
  private static final double LARGEST = 1e100;

  /** Up to this, whole numbers are exact as 32-bit floats too. */
  private static final double LARGEST_WHOLE = 1 << 24;

  private final String name;
  private final Coordinates coordinates;
  private final int dimension;
  private final int size;
  private final double unit;
  private final boolean whole;

  private volatile @Nullable Extent extent;

  private PointSet(
      String name, Coordinates coordinates, int dimension, double unit, boolean whole) {
    if (dimension < 1) {
      throw new InvalidInputException(
          "%s: points have %d dimensions, expected at least 1".formatted(name, dimension));
    }
    if (coordinates.length() % dimension != 0) {
      throw new InvalidInputException(
          "%s: %,d numbers are no whole points of %,d dimensions"
              .formatted(name, coordinates.length(), dimension));
    }
    this.name = name;
    this.coordinates = coordinates;
    this.dimension = dimension;
    this.size = coordinates.length() / dimension;
    this.unit = unit;
    this.whole = whole;
  }

  /** Points of 8-bit levels 0 to 255 (unsigned bytes, copied), whose unit is 1/255. */
  public static PointSet ofLevels(String name, byte[] levels, int dimension) {
    return new PointSet(name, new Coordinates.Levels(levels.clone()), dimension, LEVEL, true);
  }

  /**
   * Points of real numbers (copied), whose unit is 1.
   *
   * @throws InvalidInputException if a number is not finite or beyond 1e100
   */
  public static PointSet ofReals(String name, double[] values, int dimension) {
    PointSet points =
        new PointSet(name, new Coordinates.Reals(values.clone()), dimension, 1, false);
    points.requireWithin(LARGEST);
    return points;
  }

  /**
   * Points of 32-bit floats, such as a network's embeddings; unit 1.
   *
   * @throws InvalidInputException if a number is not finite
   */
  public static PointSet ofFloats(String name, float[] values, int dimension) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    PointSet points = new PointSet(name, new Coordinates.Reals(doubles), dimension, 1, false);
    points.requireWithin(LARGEST);
    return points;
  }

  /**
   * Points of whole numbers of a unit, such as sums of levels.
   *
   * @throws InvalidInputException if a number is beyond 2^24
   */
  public static PointSet ofWholeNumbers(String name, int[] values, int dimension, double unit) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    PointSet points = new PointSet(name, new Coordinates.Reals(doubles), dimension, unit, true);
    points.requireWithin(LARGEST_WHOLE);
    return points;
  }

  /** All pixels of each image: whole levels if the images are 8-bit, real numbers if not. */
  public static PointSet of(ImageSet images) {
    int pixels = images.pixels();
    int numbers = requireFits(images.name(), (long) images.size() * pixels);
    if (images.eightBit()) {
      byte[] levels = new byte[numbers];
      for (int i = 0; i < images.size(); i++) {
        images.copyLevels(i, levels, i * pixels);
      }
      return new PointSet(images.name(), new Coordinates.Levels(levels), pixels, LEVEL, true);
    }
    float[] values = new float[numbers];
    for (int i = 0; i < images.size(); i++) {
      images.copyPixels(i, values, i * pixels);
    }
    return ofFloats(images.name(), values, pixels);
  }

  /** The length of an array for this many numbers. */
  static int requireFits(String name, long numbers) {
    if (numbers > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "%s: %,d coordinates are more than fit in memory here (2^31); take fewer points"
              .formatted(name, numbers));
    }
    return (int) numbers;
  }

  /** What the points are called in messages. */
  public String name() {
    return name;
  }

  /** How many points there are. */
  public int size() {
    return size;
  }

  /** How many coordinates a point has. */
  public int dimension() {
    return dimension;
  }

  /** What a stored number is multiplied with to give a coordinate. */
  public double unit() {
    return unit;
  }

  /** Whether all stored numbers are whole, so that statements about them are made in integers. */
  public boolean whole() {
    return whole;
  }

  /** The stored number of one coordinate of one point, before the unit. */
  public double stored(int point, int coordinate) {
    Objects.checkIndex(coordinate, dimension);
    return coordinates.at(start(point) + coordinate);
  }

  /** The stored numbers of one point, before the unit; a new array. */
  public double[] stored(int point) {
    double[] row = new double[dimension];
    copyStored(point, row);
    return row;
  }

  /** Writes the stored numbers of one point to an array of this dimension. */
  void copyStored(int point, double[] target) {
    coordinates.copy(start(point), target);
  }

  /** The scalar product of a point's stored numbers with a vector of this dimension. */
  double dot(int point, double[] vector) {
    return coordinates.dot(start(point), vector);
  }

  /**
   * How large and how fine the stored numbers are.
   *
   * @param largest the largest in size
   * @param largestNorm the largest length of a point
   * @param lowestBit the exponent of the lowest bit set in any of them
   */
  record Extent(double largest, double largestNorm, int lowestBit) {}

  /** Computed once, when first asked for. */
  Extent extent() {
    Extent known = extent;
    if (known == null) {
      known = computeExtent();
      extent = known;
    }
    return known;
  }

  private Extent computeExtent() {
    double largest = 0;
    double largestSquared = 0;
    int lowestBit = whole ? 0 : ExactCoordinates.NO_BIT;
    double[] row = new double[dimension];
    for (int i = 0; i < size; i++) {
      copyStored(i, row);
      double squared = 0;
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
        squared += value * value;
        if (!whole) {
          lowestBit = Math.min(lowestBit, ExactCoordinates.lowestBit(value));
        }
      }
      largestSquared = Math.max(largestSquared, squared);
    }
    return new Extent(largest, Math.sqrt(largestSquared), lowestBit);
  }

  /** The points at these places, in this order, copied. */
  public PointSet select(int[] places) {
    requireFits(name, (long) places.length * dimension);
    int[] starts = new int[places.length];
    for (int k = 0; k < places.length; k++) {
      starts[k] = start(places[k]);
    }
    return new PointSet(name, coordinates.rows(starts, dimension), dimension, unit, whole);
  }

  /** The same points with their first coordinates alone. */
  public PointSet leading(int coordinatesKept) {
    Objects.checkIndex(coordinatesKept, dimension + 1);
    double[] kept = new double[size * coordinatesKept];
    for (int i = 0; i < size; i++) {
      System.arraycopy(stored(i), 0, kept, i * coordinatesKept, coordinatesKept);
    }
    return new PointSet(name, new Coordinates.Reals(kept), coordinatesKept, unit, whole);
  }

  @Override
  public String toString() {
    return "%s: %,d points of %,d dimensions".formatted(name, size, dimension);
  }

  private int start(int point) {
    return Objects.checkIndex(point, size) * dimension;
  }

  private void requireWithin(double largest) {
    for (int k = 0; k < coordinates.length(); k++) {
      double value = coordinates.at(k);
      // Written so that a NaN fails too.
      if (!(Math.abs(value) <= largest)) {
        throw new InvalidInputException(
            "%s: coordinate %d of point %d is %s, expected a number of at most %.3g in size"
                .formatted(name, k % dimension, k / dimension, value, largest));
      }
    }
  }
}
