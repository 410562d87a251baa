package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.Polynomials;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Polynomials of all degrees, one after another, and their errors. */
record PolynomialsView(Polynomials.Found found, List<Frame> frames, Chart errors) implements View {
  private static final Set<Integer> STILL = Set.of(1, 3, 7, 15);
  private static final double HIGHEST = 2.5;

  /** Every so many places of the record are drawn. */
  private static final int STRIDE = 2;

  /**
   * A polynomial.
   *
   * @param still whether it is shown where there is no slider
   */
  record Frame(int degree, Chart chart, String inside, String outside, boolean still) {}

  static PolynomialsView of(Polynomials.Found found) {
    List<Frame> frames = new ArrayList<>();
    int degrees = found.fits().length;
    for (int degree = 0; degree < degrees; degree++) {
      frames.add(
          new Frame(
              degree,
              fit(found, degree),
              Rounded.of(found.inside()[degree]),
              Rounded.of(found.outside()[degree]),
              STILL.contains(degree)));
    }
    double[] at = Axes.places(degrees);
    Chart errors =
        Chart.of(
                "Error against degree",
                new Plot(
                    Axis.count("degree", degrees - 1),
                    Axes.powersOfTen("error", Axes.all(found.inside(), found.outside()))))
            .series(Chart.Series.FIRST, at, found.outside(), "Outside the hull of the samples")
            .series(Chart.Series.SECOND, at, found.inside(), "Inside it")
            .saying(
                "Outside the samples the error goes from %s at degree 0 to %s at degree %d; inside from %s to %s"
                    .formatted(
                        Rounded.of(found.outside()[0]),
                        Rounded.of(found.outside()[degrees - 1]),
                        degrees - 1,
                        Rounded.of(found.inside()[0]),
                        Rounded.of(found.inside()[degrees - 1])));
    return new PolynomialsView(found, frames, errors);
  }

  private static Chart fit(Polynomials.Found found, int degree) {
    double[] x = every(found.x());
    double end = found.x()[found.x().length - 1];
    double low = found.x()[0];
    double[] sampled = found.sampleX();
    Chart.Builder chart =
        Chart.of(
                "Polynomial of degree " + degree,
                new Plot(
                    Axes.between("", low, end, sampled[0], sampled[sampled.length - 1]),
                    Axes.between("", -HIGHEST, HIGHEST, -2, 0, 2)))
            .box("hull", sampled[0], sampled[sampled.length - 1], -HIGHEST, HIGHEST, "")
            .line("second dashed", x, every(found.curve()))
            .line("first", x, every(found.fits()[degree]));
    for (int i = 0; i < sampled.length; i++) {
      chart.sample(sampled[i], found.sampleY()[i]);
    }
    return chart.saying(
        "Polynomial of degree %d with the samples and the curve: error %s inside, %s outside"
            .formatted(
                degree, Rounded.of(found.inside()[degree]), Rounded.of(found.outside()[degree])));
  }

  private static double[] every(double[] values) {
    double[] some = new double[(values.length + STRIDE - 1) / STRIDE];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[i * STRIDE];
    }
    return some;
  }

  @Override
  public String template() {
    return "study/polynomials.jte";
  }

  @Override
  public List<Chart> drawings() {
    List<Chart> all = new ArrayList<>(List.of(errors));
    frames.stream().filter(Frame::still).forEach(frame -> all.add(frame.chart()));
    return all;
  }

  /** The frame that the slider begins with. */
  int start() {
    return Math.min(3, frames.size() - 1);
  }

  Frame last() {
    return frames.get(frames.size() - 1);
  }

  /** The degree with the least error inside. */
  Frame best() {
    int best = 0;
    for (int d = 1; d < frames.size(); d++) {
      best = found.inside()[d] < found.inside()[best] ? d : best;
    }
    return frames.get(best);
  }

  boolean bestIsBelowTheNoise() {
    return found.inside()[best().degree()] < found.noise();
  }

  boolean growsOutside() {
    return found.outside()[frames.size() - 1] > found.outside()[best().degree()];
  }
}
