package io.foolproof.study.figure;

import io.foolproof.geometry.CurveStudy;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Polynomials of several degrees, fitted to noisy samples of a known curve. */
public final class Polynomials implements Figure<Polynomials.Found> {
  private static final int PLACES = 201;

  /**
   * What it computes. All numbers are of one axis: x to the right, values upwards.
   *
   * @param noise standard deviation of the noise of a sample
   * @param sampleX where the samples are, ascending; their hull is from the first to the last
   * @param sampleY the samples
   * @param x places, ascending, at which curve and fits are given, inside the hull and as far again
   *     on either side
   * @param curve the known curve at these places
   * @param fits {@code [degree][place]}, degrees from 0; the values outside can be millions
   * @param inside by degree: root of the mean squared difference to the curve, in the hull
   * @param outside the same, outside the hull
   */
  public record Found(
      double noise,
      double[] sampleX,
      double[] sampleY,
      double[] x,
      double[] curve,
      double[][] fits,
      double[] inside,
      double[] outside) {}

  @Override
  public int number() {
    return 3;
  }

  @Override
  public String title() {
    return "Inside and outside the data";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    CurveStudy study = CurveStudy.run(workshop.plan().seed());
    List<CurveStudy.Fit> fits = study.fits();
    double[] x =
        IntStream.range(0, PLACES)
            .mapToDouble(i -> CurveStudy.END * (2.0 * i / (PLACES - 1) - 1))
            .toArray();
    return new Found(
        CurveStudy.NOISE,
        study.x(),
        study.y(),
        x,
        Arrays.stream(x).map(CurveStudy::curve).toArray(),
        fits.stream()
            .map(fit -> Arrays.stream(x).map(fit.polynomial()::at).toArray())
            .toArray(double[][]::new),
        fits.stream().mapToDouble(CurveStudy.Fit::inside).toArray(),
        fits.stream().mapToDouble(CurveStudy.Fit::outside).toArray());
  }
}
