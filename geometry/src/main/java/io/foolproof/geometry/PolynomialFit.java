package io.foolproof.geometry;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;

/**
 * The polynomial of a degree that fits points of the plane best, by least squares.
 *
 * <p>In powers of x the problem is hopelessly ill-conditioned at high degrees. Here the polynomial
 * is a sum of polynomials that are orthogonal on the points themselves, each made from the two
 * before by a recurrence of three terms (Forsythe, Generation and use of orthogonal polynomials for
 * data-fitting with a digital computer, 1957).
 */
public final class PolynomialFit {
  private final double[] alpha;
  private final double[] beta;
  private final double[] weights;

  private PolynomialFit(double[] alpha, double[] beta, double[] weights) {
    this.alpha = alpha;
    this.beta = beta;
    this.weights = weights;
  }

  /**
   * Fits points.
   *
   * @param degree 0 or more, less than the number of different places
   * @throws InvalidInputException if there are too few different places for the degree, or a number
   *     is not finite
   */
  public static PolynomialFit of(double[] x, double[] y, int degree) {
    require(x, y, degree);
    double[] alpha = new double[degree + 1];
    double[] beta = new double[degree + 1];
    double[] weights = new double[degree + 1];
    double[] before = new double[x.length];
    double[] now = new double[x.length];
    Arrays.fill(now, 1);
    double squaresBefore = 1;
    for (int k = 0; k <= degree; k++) {
      double squares = 0;
      double moment = 0;
      double product = 0;
      for (int i = 0; i < x.length; i++) {
        squares += now[i] * now[i];
        moment += x[i] * now[i] * now[i];
        product += y[i] * now[i];
      }
      alpha[k] = moment / squares;
      beta[k] = k == 0 ? 0 : squares / squaresBefore;
      weights[k] = product / squares;
      for (int i = 0; i < x.length; i++) {
        double next = (x[i] - alpha[k]) * now[i] - beta[k] * before[i];
        before[i] = now[i];
        now[i] = next;
      }
      squaresBefore = squares;
    }
    return new PolynomialFit(alpha, beta, weights);
  }

  /** The highest power. */
  public int degree() {
    return weights.length - 1;
  }

  /** The polynomial's value. */
  public double at(double x) {
    double before = 0;
    double now = 1;
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k] * now;
      double next = (x - alpha[k]) * now - beta[k] * before;
      before = now;
      now = next;
    }
    return sum;
  }

  private static void require(double[] x, double[] y, int degree) {
    if (x.length != y.length) {
      throw new InvalidInputException(
          "%d places and %d values, expected as many".formatted(x.length, y.length));
    }
    if (!Decimals.finite(x) || !Decimals.finite(y)) {
      throw new InvalidInputException("a point to fit is not finite, expected numbers");
    }
    long places = Arrays.stream(x).distinct().count();
    if (degree < 0 || degree >= places) {
      throw new InvalidInputException(
          "degree %d for %d different places, expected 0 to %d"
              .formatted(degree, places, places - 1));
    }
  }
}
