package io.foolproof.report.study;

import io.foolproof.data.ImageShape;
import io.foolproof.report.Axis;
import io.foolproof.report.Pictures;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.Landscape;
import java.util.List;
import java.util.stream.IntStream;

/** The loss around images. */
record LandscapeView(Landscape.Found found, Words words, List<Chart> charts) implements View {

  static LandscapeView of(Landscape.Found found, Words words) {
    return new LandscapeView(
        found,
        words,
        found.panels().stream().map(panel -> chart(found.distances(), panel, words)).toList());
  }

  private static Chart chart(double[] at, Landscape.Panel panel, Words words) {
    double end = at[at.length - 1];
    Chart.Builder chart =
        Chart.of(
                "Around image %d, class %s".formatted(panel.image(), words.name(panel.label())),
                new Plot(
                    axis("along the gradient, L2", at[0], end),
                    axis("along a random direction, L2", at[0], end)))
            .backdrop(picture(panel));
    boundaries(chart, at, panel);
    chart.mark(Chart.Series.FIRST, 0, 0, "the image");
    return chart.saying(
        "Around image %d, class %s: along the gradient the class changes %s, along a random direction %s"
            .formatted(
                panel.image(),
                words.name(panel.label()),
                change(at, panel, true),
                change(at, panel, false)));
  }

  private static Axis axis(String title, double low, double high) {
    double step = Axis.step(high, 2);
    return Axes.between(title, low, high, -step, 0, step);
  }

  private static String change(double[] at, Landscape.Panel panel, boolean along) {
    double distance = distance(at, panel, along);
    return Double.isInfinite(distance) ? "nowhere" : "at " + Rounded.of(distance);
  }

  /** How far the nearest other class is, on either side; infinite where there is none. */
  static double distance(double[] at, Landscape.Panel panel, boolean alongGradient) {
    int middle = middle(at);
    int own = panel.predictions()[middle][middle];
    return IntStream.range(0, at.length)
        .filter(
            i ->
                (alongGradient ? panel.predictions()[i][middle] : panel.predictions()[middle][i])
                    != own)
        .mapToDouble(i -> Math.abs(at[i]))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static int middle(double[] at) {
    int middle = 0;
    for (int i = 1; i < at.length; i++) {
      middle = Math.abs(at[i]) < Math.abs(at[middle]) ? i : middle;
    }
    return middle;
  }

  /** Grey: the darker, the larger the loss; the top row is the largest random coordinate. */
  private static String picture(Landscape.Panel panel) {
    int n = panel.loss().length;
    double most = 1e-9;
    for (double[] row : panel.loss()) {
      for (double loss : row) {
        most = Math.max(most, loss);
      }
    }
    float[] grey = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        grey[(n - 1 - j) * n + i] = (float) (1 - 0.75 * panel.loss()[i][j] / most);
      }
    }
    return new Pictures(new ImageShape(1, n, n), 0, 1, n).image(grey).uri();
  }

  /** Lines between cells of different classes. */
  private static void boundaries(Chart.Builder chart, double[] at, Landscape.Panel panel) {
    int n = at.length;
    double cell = (at[n - 1] - at[0]) / n;
    int[][] classes = panel.predictions();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double x = at[0] + i * cell;
        double y = at[0] + j * cell;
        if (i > 0 && classes[i][j] != classes[i - 1][j]) {
          chart.line("boundary", new double[] {x, x}, new double[] {y, y + cell});
        }
        if (j > 0 && classes[i][j] != classes[i][j - 1]) {
          chart.line("boundary", new double[] {x, x + cell}, new double[] {y, y});
        }
      }
    }
  }

  @Override
  public String template() {
    return "study/landscape.jte";
  }

  @Override
  public List<Chart> drawings() {
    return charts;
  }

  /** How many of the images have another class along the gradient. */
  int changedAlongGradient() {
    return changed(true);
  }

  int changedAtRandom() {
    return changed(false);
  }

  boolean isSteeperAlongGradient() {
    return changedAlongGradient() > changedAtRandom();
  }

  private int changed(boolean alongGradient) {
    return (int)
        found.panels().stream()
            .filter(panel -> Double.isFinite(distance(found.distances(), panel, alongGradient)))
            .count();
  }

  int panels() {
    return found.panels().size();
  }

  double reach() {
    return found.distances()[found.distances().length - 1];
  }
}
