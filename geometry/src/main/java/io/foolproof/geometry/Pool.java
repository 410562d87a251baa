package io.foolproof.geometry;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The points that one query's nearest hull point may be mixed from so far, and the nearest point of
 * their hull.
 */
final class Pool {
  private final PointSet points;
  private final double[] query;
  private final MinNormPoint solver = new MinNormPoint();
  private final BitSet members = new BitSet();
  private int[] ids = new int[0];

  private final double[] direction;
  private double distance;
  private double reach;

  Pool(PointSet points, double[] query) {
    this.points = points;
    this.query = query;
    this.direction = new double[query.length];
  }

  boolean contains(int point) {
    return members.get(point);
  }

  /**
   * Adds points that are not here yet, drops those that carry no weight, and finds the nearest
   * point of the new hull. It is never further than the one before, whose support stays.
   *
   * @return whether any of the points found its way into the support on the way
   */
  boolean add(int[] added) {
    keepSupport();
    int before = ids.length;
    ids = Arrays.copyOf(ids, before + added.length);
    System.arraycopy(added, 0, ids, before, added.length);
    double[] products = products(before);
    for (int k = 0; k < added.length; k++) {
      members.set(added[k]);
      int start = k * ids.length;
      solver.add(Arrays.copyOfRange(products, start, start + before + k + 1));
    }
    boolean entered = solver.solve();
    measure();
    return entered;
  }

  private void keepSupport() {
    int[] support = solver.support().clone();
    solver.keepSupport();
    int[] kept = new int[support.length];
    members.clear();
    for (int a = 0; a < kept.length; a++) {
      kept[a] = ids[support[a]];
      members.set(kept[a]);
    }
    ids = kept;
  }

  /** Scalar products of the points from one on with all, relative to the query, row by row. */
  private double[] products(int from) {
    int d = query.length;
    double[] offsets = new double[ids.length * d];
    double[] row = new double[d];
    for (int k = 0; k < ids.length; k++) {
      points.copyStored(ids[k], row);
      for (int j = 0; j < d; j++) {
        offsets[k * d + j] = row[j] - query[j];
      }
    }
    try (Scope scope = Scope.open()) {
      Tensor all = Tensor.of(offsets, ids.length, d);
      return all.rows(from, ids.length).matmul(all.transpose(0, 1)).toDoubles();
    }
  }

  private void measure() {
    int[] support = solver.support();
    double[] weights = solver.weights();
    double[] row = new double[query.length];
    Arrays.fill(direction, 0);
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    for (int a = 0; a < support.length; a++) {
      points.copyStored(ids[support[a]], row);
      double weight = weights[a] / total;
      for (int j = 0; j < row.length; j++) {
        direction[j] += weight * (query[j] - row[j]);
      }
    }
    double squared = 0;
    for (double component : direction) {
      squared += component * component;
    }
    distance = Math.sqrt(squared);
    for (int j = 0; j < direction.length && distance > 0; j++) {
      direction[j] /= distance;
    }
    reach = Double.NEGATIVE_INFINITY;
    for (int generator : support) {
      reach = Math.max(reach, points.dot(ids[generator], direction));
    }
  }

  /** From the nearest point of the pool's hull to the query, of length 1; stored numbers. */
  double[] direction() {
    return direction;
  }

  /** How long that way is. */
  double distance() {
    return distance;
  }

  /** How far the pool's hull reaches along the direction. */
  double reach() {
    return reach;
  }

  /** How large the pool's points are as seen from the query. */
  double scale() {
    return Math.sqrt(solver.scale());
  }

  /** The nearest point's mixture, by index among all points. */
  Mixture mixture() {
    int[] support = solver.support();
    int[] mixed = new int[support.length];
    for (int a = 0; a < mixed.length; a++) {
      mixed[a] = ids[support[a]];
    }
    double total = Arrays.stream(solver.weights()).sum();
    return new Mixture(mixed, Arrays.stream(solver.weights()).map(w -> w / total).toArray());
  }
}
