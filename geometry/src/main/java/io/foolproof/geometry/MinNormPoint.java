package io.foolproof.geometry;

import java.util.Arrays;

/**
 * The point of a small polytope nearest to the origin, from the scalar products of its generators
 * alone; generators can be added, and the search goes on from where it stood.
 *
 * <p>Wolfe's active-set method (Finding the nearest point in a polytope, Mathematical Programming
 * 11, 1976): keep an affinely independent support whose affine hull's nearest point lies inside the
 * support's own hull; let the generator that lies furthest on the origin's side enter; step towards
 * the new affine minimum and drop what reaches weight 0 on the way. The norm falls strictly, so no
 * support comes twice, and the support never exceeds d + 1 generators.
 */
final class MinNormPoint {
  /** What an enterer must promise, relative to the squared norm: below is rounding. */
  private static final double RELATIVE_PROMISE = 1e-13;

  /** The same relative to the generators' squared size. */
  private static final double ABSOLUTE_PROMISE = 1e-15;

  /** Weights below this are taken for 0. */
  private static final double ZERO_WEIGHT = 1e-14;

  private double[][] products = new double[64][];
  private int size;
  private double scale;

  private SupportFactor factor = new SupportFactor(1);
  private int[] support = new int[0];
  private double[] weights = new double[0];
  private double[] scores = new double[0];

  /** How many generators there are. */
  int size() {
    return size;
  }

  /** The generators that the nearest point is mixed from. */
  int[] support() {
    return support;
  }

  /** Their weights: positive, adding up to 1 but for rounding. */
  double[] weights() {
    return weights;
  }

  /** The largest squared norm of a generator. */
  double scale() {
    return scale;
  }

  /** Adds a generator: its scalar products with all before it, and with itself. */
  void add(double[] productsWithEarlierAndSelf) {
    if (size == products.length) {
      products = Arrays.copyOf(products, 2 * size);
    }
    products[size] = productsWithEarlierAndSelf;
    scale = Math.max(scale, productsWithEarlierAndSelf[size]);
    size++;
  }

  /** Drops all generators but the support, which keeps its order. */
  void keepSupport() {
    double[][] kept = new double[Math.max(64, 2 * support.length)][];
    for (int a = 0; a < support.length; a++) {
      kept[a] = new double[a + 1];
      for (int b = 0; b <= a; b++) {
        kept[a][b] = product(support[a], support[b]);
      }
    }
    products = kept;
    size = support.length;
    for (int a = 0; a < size; a++) {
      support[a] = a;
    }
  }

  /**
   * Goes on until no generator lies nearer to the origin's side than the support.
   *
   * @return whether any generator entered the support
   */
  boolean solve() {
    boolean entered = support.length == 0;
    if (entered) {
      startFromNearest();
    }
    boolean[] refused = new boolean[size];
    double before = Double.POSITIVE_INFINITY;
    while (true) {
      double squaredNorm = score();
      int enterer = enterer(squaredNorm, refused);
      // A norm that does not fall is rounding, and would send the search round in circles.
      if (enterer < 0 || squaredNorm >= before) {
        return entered;
      }
      if (enter(enterer)) {
        entered = true;
        before = squaredNorm;
        descend();
      } else {
        refused[enterer] = true;
      }
    }
  }

  private double product(int i, int j) {
    return i >= j ? products[i][j] : products[j][i];
  }

  private void startFromNearest() {
    int nearest = 0;
    for (int i = 1; i < size; i++) {
      if (products[i][i] < products[nearest][nearest]) {
        nearest = i;
      }
    }
    factor = new SupportFactor(scale > 0 ? scale : 1);
    factor.append(new double[] {products[nearest][nearest]});
    support = new int[] {nearest};
    weights = new double[] {1};
  }

  /** Every generator's scalar product with the point; returns the point's squared norm. */
  private double score() {
    if (scores.length < size) {
      scores = new double[products.length];
    }
    Arrays.fill(scores, 0, size, 0);
    for (int a = 0; a < support.length; a++) {
      int s = support[a];
      double weight = weights[a];
      double[] row = products[s];
      for (int i = 0; i <= s; i++) {
        scores[i] += weight * row[i];
      }
      for (int i = s + 1; i < size; i++) {
        scores[i] += weight * products[i][s];
      }
    }
    double squaredNorm = 0;
    for (int a = 0; a < support.length; a++) {
      squaredNorm += weights[a] * scores[support[a]];
    }
    return squaredNorm;
  }

  /** The generator that lies furthest on the origin's side, or -1 if none does. */
  private int enterer(double squaredNorm, boolean[] refused) {
    double limit = squaredNorm - RELATIVE_PROMISE * squaredNorm - ABSOLUTE_PROMISE * scale;
    int best = -1;
    for (int i = 0; i < size; i++) {
      if (scores[i] < limit && !refused[i]) {
        best = i;
        limit = scores[i];
      }
    }
    return best;
  }

  private boolean enter(int generator) {
    double[] row = new double[support.length + 1];
    for (int a = 0; a < support.length; a++) {
      row[a] = product(generator, support[a]);
      if (support[a] == generator) {
        return false;
      }
    }
    row[support.length] = product(generator, generator);
    if (!factor.append(row)) {
      return false;
    }
    support = Arrays.copyOf(support, support.length + 1);
    weights = Arrays.copyOf(weights, support.length);
    support[support.length - 1] = generator;
    return true;
  }

  /** Moves to the affine minimum of a support that it lies in, dropping what is in the way. */
  private void descend() {
    while (true) {
      double[] target = factor.nearestWeights();
      double step = 1;
      int blocking = -1;
      for (int a = 0; a < target.length; a++) {
        if (target[a] <= ZERO_WEIGHT) {
          double reach = weights[a] <= 0 ? 0 : weights[a] / (weights[a] - target[a]);
          if (blocking < 0 || reach < step) {
            step = reach;
            blocking = a;
          }
        }
      }
      if (blocking < 0) {
        weights = target;
        return;
      }
      for (int a = 0; a < target.length; a++) {
        weights[a] += step * (target[a] - weights[a]);
      }
      weights[blocking] = 0;
      dropZeros();
    }
  }

  private void dropZeros() {
    for (int a = support.length - 1; a >= 0; a--) {
      if (weights[a] <= ZERO_WEIGHT) {
        factor.remove(a);
        support = without(support, a);
        weights = without(weights, a);
      }
    }
  }

  private static int[] without(int[] values, int place) {
    int[] rest = Arrays.copyOf(values, values.length - 1);
    System.arraycopy(values, place + 1, rest, place, rest.length - place);
    return rest;
  }

  private static double[] without(double[] values, int place) {
    double[] rest = Arrays.copyOf(values, values.length - 1);
    System.arraycopy(values, place + 1, rest, place, rest.length - place);
    return rest;
  }
}
