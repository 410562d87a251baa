package io.foolproof.geometry;

import io.foolproof.tensor.RandomStream;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Interpolation and extrapolation in one dimension, where the convex hull of the data is an
 * interval that everybody can see: polynomials of several degrees are fitted to noisy samples of a
 * known curve, and held against that curve inside the interval and as far again on either side.
 *
 * @param x where the samples are, ascending; their hull is from the first to the last
 * @param y the samples
 * @param fits one a degree, ascending
 */
public record CurveStudy(double[] x, double[] y, List<Fit> fits) {
  /** The hull is [-1, 1]. */
  private static final double EDGE = 1;

  /** As far as the fits are followed. */
  public static final double END = 2;

  /** Standard deviation of the noise of a sample. */
  public static final double NOISE = 0.1;

  private static final int SAMPLES = 30;
  private static final int LARGEST_DEGREE = 15;

  /** Places at which a fit is held against the curve, on each unit of the axis. */
  private static final int DENSITY = 500;

  /**
   * One polynomial.
   *
   * @param inside root of the mean squared error against the curve, in the hull
   * @param outside the same, outside the hull
   */
  public record Fit(PolynomialFit polynomial, double inside, double outside) {
    public int degree() {
      return polynomial.degree();
    }
  }

  /** Takes copies. */
  public CurveStudy {
    x = x.clone();
    y = y.clone();
    fits = List.copyOf(fits);
  }

  /** The curve that the samples are of: {@code sin(3 x)}. */
  public static double curve(double x) {
    return Math.sin(3 * x);
  }

  /**
   * Runs the study with polynomials of the degrees 0 to 15.
   *
   * @param seed of the samples' noise
   */
  public static CurveStudy run(long seed) {
    double[] x = places(SAMPLES);
    double[] y = samples(x, new RandomStream(seed, 0, "curve study", 0));
    List<Fit> fits =
        IntStream.rangeClosed(0, LARGEST_DEGREE)
            .mapToObj(degree -> measured(PolynomialFit.of(x, y, degree)))
            .toList();
    return new CurveStudy(x, y, fits);
  }

  /** So many places, at least 2, evenly over the hull, its ends among them. */
  public static double[] places(int count) {
    return IntStream.range(0, count).mapToDouble(i -> EDGE * (2.0 * i / (count - 1) - 1)).toArray();
  }

  /** The curve at these places, with fresh noise. */
  public static double[] samples(double[] x, RandomStream random) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = curve(x[i]) + NOISE * random.nextGaussian();
    }
    return y;
  }

  /** How far a polynomial is from the curve, inside the hull and as far again on either side. */
  public static Fit measured(PolynomialFit polynomial) {
    DoubleUnaryOperator error = x -> polynomial.at(x) - curve(x);
    double left = rootMeanSquare(error, -END, -EDGE);
    double right = rootMeanSquare(error, EDGE, END);
    return new Fit(
        polynomial,
        rootMeanSquare(error, -EDGE, EDGE),
        Math.sqrt((left * left + right * right) / 2));
  }

  private static double rootMeanSquare(DoubleUnaryOperator error, double from, double to) {
    int places = (int) Math.round(DENSITY * (to - from));
    double sum = 0;
    for (int i = 0; i < places; i++) {
      double e = error.applyAsDouble(from + (to - from) * (i + 0.5) / places);
      sum += e * e;
    }
    return Math.sqrt(sum / places);
  }
}
