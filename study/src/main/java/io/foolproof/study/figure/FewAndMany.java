package io.foolproof.study.figure;

import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** What makes a fit extrapolate: least squares on known functions, with error inside and outside the hull of the data. */
public final class FewAndMany implements Figure<FewAndMany.Found> {

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
    throw new UnsupportedOperationException("not computed yet");
  }
}
