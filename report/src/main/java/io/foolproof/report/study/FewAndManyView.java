package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.FewAndMany;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Three ways to a bad fit. */
record FewAndManyView(FewAndMany.Found found, Chart points, Chart dimensions, Chart parameters)
    implements View {

  static FewAndManyView of(FewAndMany.Found found) {
    return new FewAndManyView(
        found,
        panel("Few points", "samples", found.points()),
        dimensions(found),
        panel("Many parameters", "degree", found.parameters()));
  }

  private static Chart panel(String title, String across, FewAndMany.Panel panel) {
    double[] at = Axes.places(panel.at().length);
    List<String> labels = Arrays.stream(panel.at()).mapToObj(Integer::toString).toList();
    int last = panel.at().length - 1;
    return Chart.of(
            title,
            new Plot(
                Axes.ordinal(across, labels),
                Axes.powersOfTen("error", Axes.all(panel.inside(), panel.outside()))))
        .series(Chart.Series.FIRST, at, panel.outside(), "Outside the hull")
        .series(Chart.Series.SECOND, at, panel.inside(), "Inside the hull")
        .saying(
            "%s: the error outside goes from %s at %d to %s at %d"
                .formatted(
                    title,
                    Rounded.of(panel.outside()[0]),
                    panel.at()[0],
                    Rounded.of(panel.outside()[last]),
                    panel.at()[last]));
  }

  private static Chart dimensions(FewAndMany.Found found) {
    FewAndMany.Dimensions panel = found.dimensions();
    List<String> labels = new ArrayList<>();
    double[] inside = new double[panel.dimension().length];
    for (int i = 0; i < inside.length; i++) {
      labels.add(Integer.toString(panel.dimension()[i]));
      inside[i] = (double) panel.inside()[i] / panel.queries();
    }
    return Chart.of(
            "Many dimensions",
            new Plot(Axes.ordinal("dimensions", labels), Axis.percent("new points inside")))
        .series(Chart.Series.FIRST, Axes.places(inside.length), inside, "Inside the hull")
        .saying(
            "Many dimensions: the fraction of new points inside the hull falls from %.0f to %.0f per cent"
                .formatted(100 * inside[0], 100 * inside[inside.length - 1]));
  }

  @Override
  public String template() {
    return "study/few-and-many.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(points, dimensions, parameters);
  }

  /** How many times the error outside is that of the most samples when there are the fewest. */
  double fewPointsFactor() {
    double[] outside = found.points().outside();
    return outside[0] / outside[outside.length - 1];
  }

  boolean fewPointsHurt() {
    return fewPointsFactor() > 1;
  }

  /** How many times the error outside of the lowest degree the highest one has. */
  double manyParametersFactor() {
    double[] outside = found.parameters().outside();
    return outside[outside.length - 1] / outside[0];
  }

  boolean manyParametersHurt() {
    return manyParametersFactor() > 1;
  }

  int highestDegree() {
    return last(found.parameters().at());
  }

  int leastDimension() {
    return found.dimensions().dimension()[0];
  }

  int mostDimensions() {
    return last(found.dimensions().dimension());
  }

  double insideAtFirst() {
    return (double) found.dimensions().inside()[0] / found.dimensions().queries();
  }

  double insideAtLast() {
    return (double) last(found.dimensions().inside()) / found.dimensions().queries();
  }

  String errorAtFirst() {
    return Rounded.of(found.dimensions().error()[0]);
  }

  String errorAtLast() {
    double[] error = found.dimensions().error();
    return Rounded.of(error[error.length - 1]);
  }

  int fewest() {
    return found.points().at()[0];
  }

  int most() {
    return last(found.points().at());
  }

  private static int last(int[] values) {
    return values[values.length - 1];
  }
}
