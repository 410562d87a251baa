package io.foolproof.geometry;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * The leading principal components of points: an orthonormal basis of the directions of largest
 * variance (Pearson, On lines and planes of closest fit, 1901). Points are centred on the mean of
 * those fitted to, and not whitened, so that distances stay distances.
 */
public final class PrincipalComponents {
  /** Parts that the covariance is summed over, however many workers there are. */
  private static final int PARTS = 8;

  /** Points turned into doubles at a time. */
  private static final int BLOCK = 480;

  private final double[] mean;

  /** {@code [d, k]}, row by row; in coordinates per stored unit. */
  private final double[] basis;

  /** In coordinates. */
  private final double[] scatter;

  private final int components;
  private final double unit;

  private PrincipalComponents(double[] mean, double[] basis, double[] scatter, double unit) {
    this.mean = mean;
    this.basis = basis;
    this.scatter = scatter;
    this.components = scatter.length;
    this.unit = unit;
  }

  /**
   * Fits components to points.
   *
   * @param components how many, 1 to the points' dimension
   * @throws InvalidInputException if there are no points, or the number of components does not fit
   */
  public static PrincipalComponents of(PointSet points, int components, Workers workers) {
    int d = points.dimension();
    if (components < 1 || components > d) {
      throw new InvalidInputException(
          "%s: %d principal components of %d dimensions, expected 1 to %d"
              .formatted(points.name(), components, d, d));
    }
    if (points.size() == 0) {
      throw new InvalidInputException(points.name() + ": no points to fit components to");
    }
    double[] mean = mean(points);
    Eigenvalue<Double> axes = decomposed(scatter(points, mean, workers), d);
    MatrixStore<Double> vectors = axes.getV();
    double[] along = new double[components];
    double[] basis = new double[d * components];
    for (int c = 0; c < components; c++) {
      double sign = sign(vectors, c);
      // Rounding makes a sum of squares that is zero a little less.
      along[c] = Math.max(0, points.unit() * points.unit() * axes.getD().doubleValue(c, c));
      for (int j = 0; j < d; j++) {
        basis[j * components + c] = sign * points.unit() * vectors.doubleValue(j, c);
      }
    }
    return new PrincipalComponents(mean, basis, along, points.unit());
  }

  private static double[] mean(PointSet points) {
    double[] sum = new double[points.dimension()];
    double[] row = new double[points.dimension()];
    for (int i = 0; i < points.size(); i++) {
      points.copyStored(i, row);
      for (int j = 0; j < row.length; j++) {
        sum[j] += row[j];
      }
    }
    for (int j = 0; j < sum.length; j++) {
      sum[j] /= points.size();
    }
    return sum;
  }

  private static double[] scatter(PointSet points, double[] mean, Workers workers) {
    int d = points.dimension();
    int part = (points.size() + PARTS - 1) / PARTS;
    List<double[]> sums =
        workers.map(
            points.size(),
            part,
            (from, to) -> {
              double[] sum = new double[d * d];
              for (int start = from; start < to; start += BLOCK) {
                add(product(points, mean, start, Math.min(to, start + BLOCK)), sum);
              }
              return sum;
            });
    double[] scatter = new double[d * d];
    for (double[] sum : sums) {
      add(sum, scatter);
    }
    return scatter;
  }

  private static double[] product(PointSet points, double[] mean, int from, int to) {
    try (Scope scope = Scope.open()) {
      Tensor rows = centred(points, mean, from, to);
      return rows.transpose(0, 1).matmul(rows).toDoubles();
    }
  }

  /** Centred rows. */
  private static Tensor centred(PointSet points, double[] mean, int from, int to) {
    int d = mean.length;
    double[] rows = new double[(to - from) * d];
    double[] row = new double[d];
    for (int i = from; i < to; i++) {
      points.copyStored(i, row);
      for (int j = 0; j < d; j++) {
        rows[(i - from) * d + j] = row[j] - mean[j];
      }
    }
    return Tensor.of(rows, to - from, d);
  }

  private static void add(double[] terms, double[] sum) {
    for (int k = 0; k < sum.length; k++) {
      sum[k] += terms[k];
    }
  }

  /** By falling variance. */
  private static Eigenvalue<Double> decomposed(double[] scatter, int d) {
    R064Store matrix = R064Store.FACTORY.make(d, d);
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        matrix.set(i, j, scatter[Math.max(i, j) * d + Math.min(i, j)]);
      }
    }
    Eigenvalue<Double> decomposition = Eigenvalue.R064.make(d, true);
    if (!decomposition.decompose(matrix)) {
      throw new IllegalStateException("the covariance has no eigenvectors, though it is symmetric");
    }
    return decomposition;
  }

  /** Both signs are right; the largest component is made positive, so that runs agree. */
  private static double sign(MatrixStore<Double> vectors, int column) {
    double largest = 0;
    for (int j = 0; j < vectors.countRows(); j++) {
      double value = vectors.doubleValue(j, column);
      if (Math.abs(value) > Math.abs(largest)) {
        largest = value;
      }
    }
    return largest < 0 ? -1 : 1;
  }

  /** The points' mean, in coordinates: [d]. */
  public double[] mean() {
    return Arrays.stream(mean).map(stored -> stored * unit).toArray();
  }

  /** The directions, of length 1: [k, d]. A point's coordinates are those of it less the mean. */
  public double[][] directions() {
    double[][] directions = new double[components][mean.length];
    for (int c = 0; c < components; c++) {
      for (int j = 0; j < mean.length; j++) {
        directions[c][j] = basis[j * components + c] / unit;
      }
    }
    return directions;
  }

  /** The sum of the squared coordinates of the points fitted to, for each component: [k]. */
  public double[] scatter() {
    return scatter.clone();
  }

  /**
   * The coordinates of points along the components: {@code [N, k]}, unit 1.
   *
   * @throws InvalidInputException if their dimension or unit is not that of the points fitted to
   */
  public PointSet apply(PointSet points) {
    if (points.dimension() != mean.length || points.unit() != unit) {
      throw new InvalidInputException(
          "%s: %d dimensions in units of %.6g, but the components were fitted to %d in units of %.6g"
              .formatted(points.name(), points.dimension(), points.unit(), mean.length, unit));
    }
    double[] coordinates =
        new double[PointSet.requireFits(points.name(), (long) points.size() * components)];
    try (Scope scope = Scope.open()) {
      Tensor directions = Tensor.of(basis, mean.length, components);
      for (int from = 0; from < points.size(); from += BLOCK) {
        int to = Math.min(points.size(), from + BLOCK);
        try (Scope block = Scope.open()) {
          double[] product = centred(points, mean, from, to).matmul(directions).toDoubles();
          System.arraycopy(product, 0, coordinates, from * components, product.length);
        }
      }
    }
    return PointSet.ofReals(points.name(), coordinates, components);
  }
}
