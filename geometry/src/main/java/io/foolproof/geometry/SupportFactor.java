package io.foolproof.geometry;

import java.util.Arrays;

/**
 * The Cholesky factor of {@code G + c 1 1'} for the points of a support, where {@code G} is their
 * Gram matrix; points come and go one at a time in O(k^2).
 *
 * <p>The shift {@code c > 0} makes the matrix positive definite exactly when the points are
 * affinely independent, and leaves the nearest point of their affine hull as it is (Wolfe, Finding
 * the nearest point in a polytope, 1976).
 */
final class SupportFactor {
  /**
   * A new point this close, in relative squared distance, to the others' affine hull lies on it.
   */
  private static final double DEPENDENT = 1e-13;

  private final double shift;
  private double[][] lower = new double[16][16];
  private int size;

  SupportFactor(double shift) {
    this.shift = shift;
  }

  /**
   * Adds a point.
   *
   * @param products its scalar products with the points here, in their order, and with itself
   * @return false, and nothing is added, if it is affinely dependent on them as far as can be told
   */
  boolean append(double[] products) {
    grow();
    double[] row = lower[size];
    for (int a = 0; a < size; a++) {
      double[] other = lower[a];
      double sum = products[a] + shift;
      for (int b = 0; b < a; b++) {
        sum -= row[b] * other[b];
      }
      row[a] = sum / other[a];
    }
    double pivot = products[size] + shift;
    double limit = DEPENDENT * pivot;
    for (int b = 0; b < size; b++) {
      pivot -= row[b] * row[b];
    }
    if (!(pivot > limit)) {
      return false;
    }
    row[size] = Math.sqrt(pivot);
    size++;
    return true;
  }

  /** Takes a point away, by plane rotations of the rows below it. */
  void remove(int place) {
    double[] free = lower[place];
    for (int i = place; i < size - 1; i++) {
      lower[i] = lower[i + 1];
    }
    lower[size - 1] = free;
    size--;
    for (int i = place; i < size; i++) {
      rotate(i);
    }
  }

  /** Turns columns i and i + 1 so that row i ends on the diagonal again. */
  private void rotate(int i) {
    double length = Math.hypot(lower[i][i], lower[i][i + 1]);
    double cosine = lower[i][i] / length;
    double sine = lower[i][i + 1] / length;
    for (int r = i; r < size; r++) {
      double left = lower[r][i];
      double right = lower[r][i + 1];
      lower[r][i] = cosine * left + sine * right;
      lower[r][i + 1] = cosine * right - sine * left;
    }
  }

  /** The affine weights, adding up to 1, of the point of the affine hull nearest to the origin. */
  double[] nearestWeights() {
    double[] u = new double[size];
    Arrays.fill(u, 1);
    for (int a = 0; a < size; a++) {
      for (int b = 0; b < a; b++) {
        u[a] -= lower[a][b] * u[b];
      }
      u[a] /= lower[a][a];
    }
    double total = 0;
    for (int a = size - 1; a >= 0; a--) {
      for (int b = a + 1; b < size; b++) {
        u[a] -= lower[b][a] * u[b];
      }
      u[a] /= lower[a][a];
      total += u[a];
    }
    for (int a = 0; a < size; a++) {
      u[a] /= total;
    }
    return u;
  }

  private void grow() {
    if (size == lower.length) {
      lower = Arrays.copyOf(lower, 2 * size);
      for (int i = 0; i < lower.length; i++) {
        lower[i] = i < size ? Arrays.copyOf(lower[i], 2 * size) : new double[2 * size];
      }
    }
  }
}
