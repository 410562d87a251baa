package io.foolproof.geometry;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores all points of a set against a batch of directions, in 32-bit floats, with a bound on the
 * error of every score.
 *
 * <p>The points are held as {@code z = (x - centre) / scale}, rounded to floats: whole numbers as
 * they are (centre 0, scale 1: no rounding at all), real ones centred and scaled by a power of two,
 * so that no offset eats the digits and no float overflows. A score is {@code a . z} for a
 * direction {@code a} of length 1.
 *
 * <p>The bound: in whatever order the d products are added, the result differs from the exact sum
 * by at most {@code gamma_d |a| . |z|} (Higham, Accuracy and stability of numerical algorithms,
 * 2002, section 3.1), and rounding both vectors to floats adds two more roundings.
 */
final class Pricing {
  /** Points a multiplication takes at a time: scores of that many stay in the cache. */
  private static final int BLOCK = 2500;

  private static final double FLOAT_ROUNDOFF = 0x1p-24;

  /** What underflow can add to a score, far below anything that matters. */
  private static final double UNDERFLOW = 0x1p-110;

  private final List<Tensor> blocks = new ArrayList<>();
  private final int size;
  private final int dimension;
  private final double[] centre;
  private final double scale;
  private final double[] norms;
  private final double largestNorm;
  private final double relativeError;

  Pricing(PointSet points) {
    this.size = points.size();
    this.dimension = points.dimension();
    this.centre = points.whole() ? new double[dimension] : mean(points);
    this.scale = points.whole() ? 1 : scale(points);
    this.norms = new double[size];
    float[] block = new float[Math.min(size, BLOCK) * dimension];
    for (int from = 0; from < size; from += BLOCK) {
      int to = Math.min(size, from + BLOCK);
      fill(points, from, to, block);
      float[] values = Arrays.copyOf(block, (to - from) * dimension);
      blocks.add(Tensor.of(values, to - from, dimension));
    }
    this.largestNorm = Arrays.stream(norms).max().orElse(0);
    this.relativeError = 1.02 * (dimension + 4) * FLOAT_ROUNDOFF;
  }

  private static double[] mean(PointSet points) {
    double[] mean = new double[points.dimension()];
    double[] row = new double[points.dimension()];
    for (int i = 0; i < points.size(); i++) {
      points.copyStored(i, row);
      for (int j = 0; j < row.length; j++) {
        mean[j] += row[j] / points.size();
      }
    }
    return mean;
  }

  private double scale(PointSet points) {
    double largest = 0;
    double[] row = new double[dimension];
    for (int i = 0; i < size; i++) {
      points.copyStored(i, row);
      for (int j = 0; j < dimension; j++) {
        largest = Math.max(largest, Math.abs(row[j] - centre[j]));
      }
    }
    return largest == 0 ? 1 : Math.scalb(1.0, Math.getExponent(largest));
  }

  private void fill(PointSet points, int from, int to, float[] block) {
    double[] row = new double[dimension];
    for (int i = from; i < to; i++) {
      points.copyStored(i, row);
      double squared = 0;
      for (int j = 0; j < dimension; j++) {
        double z = (row[j] - centre[j]) / scale;
        squared += z * z;
        block[(i - from) * dimension + j] = (float) z;
      }
      norms[i] = Math.sqrt(squared);
    }
  }

  /** The length of {@code z_i}. */
  double norm(int point) {
    return norms[point];
  }

  /** At most this far is the score of a point from {@code a . z_i} in real numbers. */
  double error(int point) {
    return relativeError * norms[point] + UNDERFLOW;
  }

  /** The largest error of any point's score. */
  double largestError() {
    return relativeError * largestNorm + UNDERFLOW;
  }

  /** The largest length of any {@code z_i}. */
  double largestNorm() {
    return largestNorm;
  }

  /** A score, or a bound on one, as the stored points' scalar product with the direction. */
  double toStored(double score, double[] direction) {
    return scale * score + atCentre(direction);
  }

  /** A scalar product of the stored points with the direction as a score. */
  double toScaled(double product, double[] direction) {
    return (product - atCentre(direction)) / scale;
  }

  private double atCentre(double[] direction) {
    double sum = 0;
    for (int j = 0; j < dimension; j++) {
      sum += centre[j] * direction[j];
    }
    return sum;
  }

  /** The point {@code (x - centre) / scale} for a vector in stored numbers. */
  double[] toScaled(double[] stored) {
    double[] scaled = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      scaled[j] = (stored[j] - centre[j]) / scale;
    }
    return scaled;
  }

  /**
   * Writes the scores of all points against each direction.
   *
   * @param directions each of length 1, or all zeros
   * @param scores for each direction an array of one float a point
   */
  void score(double[][] directions, float[][] scores) {
    float[] batch = new float[directions.length * dimension];
    for (int b = 0; b < directions.length; b++) {
      for (int j = 0; j < dimension; j++) {
        batch[b * dimension + j] = (float) directions[b][j];
      }
    }
    try (Scope scope = Scope.open()) {
      Tensor left = Tensor.of(batch, directions.length, dimension);
      for (int block = 0; block < blocks.size(); block++) {
        scoreBlock(left, block, scores);
      }
    }
  }

  private void scoreBlock(Tensor directions, int block, float[][] scores) {
    try (Scope scope = Scope.open()) {
      Tensor product = directions.matmul(blocks.get(block).transpose(0, 1));
      product.copyRows(scores, block * BLOCK);
    }
  }
}
