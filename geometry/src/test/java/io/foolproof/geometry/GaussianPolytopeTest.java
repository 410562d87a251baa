package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The share of standard normal queries inside the hull of N standard normal points, against its
 * exact value.
 *
 * <p>A new point is outside exactly when it is a vertex of the hull of all N + 1, so the share is 1
 * less the expected share of vertices, which is a sum of angles of regular simplices (Affentranger
 * and Schneider, Random projections of regular simplices, 1992). The angles are integrals
 * (Kabluchko and Zaporozhets, Absorption probabilities for Gaussian polytopes and regular spherical
 * simplices, 2020, arXiv 1704.04968): with {@code g_n(r) = E Phi(sqrt(r) xi)^n}, the angle at a
 * vertex of the simplex with m vertices is {@code g_(m-1)(-1/m)}, and the outer angle at a face of
 * m of n vertices is {@code g_(n-m)(1/m)}.
 */
class GaussianPolytopeTest {
  private static final int CASES = 200;
  private static final int QUERIES = 10;

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 6", "3, 12", "4, 20", "6, 40", "8, 60"})
  void theShareInsideIsTheExactProbability(int dimension, int count) {
    int inside = 0;
    double squares = 0;
    for (int c = 0; c < CASES; c++) {
      int here = insideOf(dimension, count, c);
      inside += here;
      squares += (double) here * here;
    }
    double mean = (double) inside / CASES;
    double deviation = Math.sqrt((squares / CASES - mean * mean) / CASES) / QUERIES;
    double expected = probabilityInside(dimension, count);
    assertThat(expected).isBetween(0.03, 0.97);
    assertThat(mean / QUERIES).isCloseTo(expected, within(4 * deviation));
  }

  @Test
  void theFormulaKnowsTheSegmentAndTheTriangle() {
    // Of N + 1 points on a line two are ends; four points in the plane are in convex position, for
    // the normal distribution, with probability 6 asin(1/3) / pi (Sylvester's question).
    assertThat(probabilityInside(1, 9)).isCloseTo(1 - 2.0 / 10, within(1e-9));
    double convex = 6 * Math.asin(1 / 3.0) / Math.PI;
    assertThat(probabilityInside(2, 3)).isCloseTo((1 - convex) / 4, within(1e-9));
  }

  private static int insideOf(int dimension, int count, int run) {
    RandomStream random = new RandomStream(5, run, "gaussian " + dimension, 0);
    double[] points = new double[count * dimension];
    double[] queries = new double[QUERIES * dimension];
    for (int i = 0; i < points.length; i++) {
      points[i] = random.nextGaussian();
    }
    for (int i = 0; i < queries.length; i++) {
      queries[i] = random.nextGaussian();
    }
    return (int)
        Hulls.projectChecked(Hulls.reals(dimension, points), Hulls.reals(dimension, queries))
            .stream()
            .filter(Projection::inside)
            .count();
  }

  private static double probabilityInside(int dimension, int count) {
    int n = count + 1;
    double vertices = 0;
    for (int m = dimension; m >= 1; m -= 2) {
      double faces = 1;
      for (int k = 1; k <= m; k++) {
        faces *= (double) (n - m + k) / k;
      }
      vertices += 2 * faces * m * g(m - 1, -1.0 / m) * g(n - m, 1.0 / m);
    }
    return 1 - vertices / n;
  }

  /** The expectation over a normal xi by Simpson's rule; the root of a negative r is imaginary. */
  private static double g(int n, double r) {
    int steps = 4000;
    double width = 12.0 / steps;
    double root = Math.sqrt(Math.abs(r));
    double integral = 0;
    double imaginaryErrorIntegral = 0;
    for (int k = 0; k <= steps; k++) {
      double x = k * width;
      double weight = k == 0 || k == steps ? 1 : k % 2 == 1 ? 4 : 2;
      double value;
      if (r > 0) {
        double upper = Math.pow(phi(root * x), n);
        value = upper + Math.pow(1 - phi(root * x), n);
      } else {
        // Phi(i y) = 1/2 + i / sqrt(2 pi) * integral of e^(t^2 / 2) up to y.
        if (k > 0) {
          imaginaryErrorIntegral += gaussIntegral(root * (x - width), root * x);
        }
        double imaginary = imaginaryErrorIntegral / Math.sqrt(2 * Math.PI);
        value =
            2 * Math.pow(Math.hypot(0.5, imaginary), n) * Math.cos(n * Math.atan2(imaginary, 0.5));
      }
      integral += weight * value * Math.exp(-x * x / 2);
    }
    return integral * width / 3 / Math.sqrt(2 * Math.PI);
  }

  private static double gaussIntegral(double from, double to) {
    double middle = (from + to) / 2;
    return (to - from)
        / 6
        * (Math.exp(from * from / 2) + 4 * Math.exp(middle * middle / 2) + Math.exp(to * to / 2));
  }

  /** The normal distribution function for x >= 0: its series, summed until nothing is added. */
  private static double phi(double x) {
    if (x > 8) {
      return 1;
    }
    double term = x;
    double sum = x;
    for (int k = 1; term > 1e-18 * sum; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
