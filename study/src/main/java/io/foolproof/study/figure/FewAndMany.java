package io.foolproof.study.figure;

import io.foolproof.geometry.CurveStudy;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.LinearFit;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.PolynomialFit;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What makes a fit extrapolate: least squares on known functions, with error inside and outside the
 * hull of the data.
 */
public final class FewAndMany implements Figure<FewAndMany.Found> {
  private static final int DRAWS = 25;

  /** Of the panel of points: the curve is nearly one of these inside the hull. */
  private static final int DEGREE = 9;

  private static final int[] COUNTS = {10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120};
  private static final int SAMPLES = 30;
  private static final int LARGEST_DEGREE = 25;
  private static final int POINTS = 200;
  private static final int[] DIMENSIONS = {1, 2, 4, 8, 16, 32, 64, 128};
  private static final int QUERIES = 40;

  /**
   * What it computes. Errors are roots of mean squared differences to the known function, and
   * medians over draws of the data; they compare with {@code noise}.
   *
   * @param noise standard deviation of the noise of a sample
   * @param draws of the data, each with fresh noise
   * @param degree of the polynomial in the panel of points
   * @param points a polynomial of one degree, fitted to more and more samples of the curve of
   *     figure 3
   * @param samples of the curve in the panel of parameters
   * @param parameters polynomials of higher and higher degree, fitted to as many samples
   * @param dimensions a linear function, fitted to as many points of more and more dimensions
   */
  public record Found(
      double noise,
      int draws,
      int degree,
      Panel points,
      int samples,
      Panel parameters,
      Dimensions dimensions) {}

  /**
   * Errors against one number.
   *
   * @param at the number, ascending: samples, or the degree
   * @param inside error inside the hull of the samples
   * @param outside error outside it, as far again on either side
   */
  public record Panel(int[] at, double[] inside, double[] outside) {}

  /**
   * A linear function, learned from points that are standard normal in each coordinate.
   *
   * @param points learned from
   * @param queries new points of the same kind, tried for each dimension
   * @param dimension ascending
   * @param inside by dimension: how many new points lie inside the hull of the others, certified
   * @param error by dimension: error on all new points
   */
  public record Dimensions(
      int points, int queries, int[] dimension, int[] inside, double[] error) {}

  @Override
  public int number() {
    return 4;
  }

  @Override
  public String title() {
    return "Few points, many dimensions, many parameters";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    long seed = workshop.plan().seed();
    int[] degrees = IntStream.rangeClosed(0, LARGEST_DEGREE).toArray();
    return new Found(
        CurveStudy.NOISE,
        DRAWS,
        DEGREE,
        panel(
            COUNTS, count -> IntStream.range(0, DRAWS).mapToObj(k -> fit(seed, k, count, DEGREE))),
        SAMPLES,
        panel(
            degrees,
            degree -> IntStream.range(0, DRAWS).mapToObj(k -> fit(seed, k, SAMPLES, degree))),
        dimensions(seed, workshop.workers()));
  }

  private static CurveStudy.Fit fit(long seed, int draw, int samples, int degree) {
    double[] x = CurveStudy.places(samples);
    RandomStream random = new RandomStream(seed, draw, "few and many, curve", samples);
    return CurveStudy.measured(PolynomialFit.of(x, CurveStudy.samples(x, random), degree));
  }

  private static Panel panel(int[] at, IntFunction<Stream<CurveStudy.Fit>> fits) {
    List<List<CurveStudy.Fit>> all = Arrays.stream(at).mapToObj(fits).map(Stream::toList).toList();
    return new Panel(
        at.clone(),
        all.stream().mapToDouble(some -> median(some, CurveStudy.Fit::inside)).toArray(),
        all.stream().mapToDouble(some -> median(some, CurveStudy.Fit::outside)).toArray());
  }

  private static double median(List<CurveStudy.Fit> fits, ToDoubleFunction<CurveStudy.Fit> error) {
    return Medians.of(fits.stream().mapToDouble(error).toArray());
  }

  private static Dimensions dimensions(long seed, Workers workers) {
    int[] inside = new int[DIMENSIONS.length];
    double[] error = new double[DIMENSIONS.length];
    for (int k = 0; k < DIMENSIONS.length; k++) {
      double[] errors = new double[DRAWS];
      for (int draw = 0; draw < DRAWS; draw++) {
        int d = DIMENSIONS[k];
        RandomStream random = new RandomStream(seed, draw, "few and many, dimensions", d);
        double[][] points = normal(POINTS, d, random);
        double[][] queries = normal(QUERIES, d, random);
        errors[draw] = error(points, queries, random);
        inside[k] += InsideShare.count(set(points), set(queries), workers);
      }
      error[k] = Medians.of(errors);
    }
    return new Dimensions(POINTS, DRAWS * QUERIES, DIMENSIONS.clone(), inside, error);
  }

  private static double[][] normal(int count, int dimension, RandomStream random) {
    double[][] points = new double[count][dimension];
    for (double[] point : points) {
      for (int j = 0; j < dimension; j++) {
        point[j] = random.nextGaussian();
      }
    }
    return points;
  }

  private static PointSet set(double[][] points) {
    return PointSet.ofReals(
        "normal points",
        Arrays.stream(points).flatMapToDouble(Arrays::stream).toArray(),
        points[0].length);
  }

  /** Of least squares, learning the mean of all coordinates from noisy values of it. */
  private static double error(double[][] points, double[][] queries, RandomStream random) {
    double[] values =
        Arrays.stream(points)
            .mapToDouble(point -> mean(point) + CurveStudy.NOISE * random.nextGaussian())
            .toArray();
    LinearFit fit = LinearFit.of(points, values);
    double sum = 0;
    for (double[] query : queries) {
      double off = fit.at(query) - mean(query);
      sum += off * off;
    }
    return Math.sqrt(sum / queries.length);
  }

  private static double mean(double[] point) {
    return Arrays.stream(point).sum() / point.length;
  }
}
