package io.foolproof.report;

import io.foolproof.attack.Norm;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.AuditResult.CurvePoint;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Accuracy against epsilon, with its 95 % interval as a band.
 *
 * <p>The chart library draws the curve alone. It would draw text as the outlines of whatever font
 * the machine has, or fail where there is none; the page writes the axes, as text in its own font.
 *
 * @param plot the curve, as an SVG element of {@link #WIDTH} x {@link #HEIGHT}
 * @param norm how epsilon is measured
 * @param epsilons the ticks of the horizontal axis
 * @param accuracies the ticks of the vertical axis
 */
record CurveChart(String plot, Norm norm, List<Tick> epsilons, List<Tick> accuracies) {
  static final int WIDTH = 690;
  static final int HEIGHT = 270;

  private static final Color LINE = new Color(0xb3392f);
  private static final Color BAND = new Color(0xf0d5d1);
  private static final Color CLEAR = new Color(255, 255, 255, 0);
  private static final int QUARTERS = 4;

  /** Room around the data, as a share of it, so that markers at its edges are whole. */
  private static final double MARGIN = 0.02;

  /**
   * A tick of an axis.
   *
   * @param place in the units of the plot, from its left or its top
   */
  record Tick(String label, String place) {}

  /**
   * The chart of an audit, or null where it has no curve, or where Java was told of a display that
   * is not there: no reason to lose a report.
   */
  static @Nullable CurveChart of(AuditResult result) {
    List<CurvePoint> curve = result.curve();
    if (curve.isEmpty()) {
      return null;
    }
    double last = curve.get(curve.size() - 1).epsilon();
    double largest = last > 0 ? last : 1;
    String plot;
    try {
      plot = draw(curve, largest);
    } catch (AWTError | LinkageError e) {
      return null;
    }
    return new CurveChart(
        plot,
        result.threat().norm(),
        ticks(WIDTH, share -> share, share -> Numbers.decimal(share * largest)),
        ticks(HEIGHT, share -> 1 - share, share -> Numbers.fixed(100 * share, 0) + " %"));
  }

  private static List<Tick> ticks(
      int length, DoubleFunction<Double> direction, DoubleFunction<String> label) {
    return DoubleStream.iterate(0, share -> share <= 1, share -> share + 1.0 / QUARTERS)
        .mapToObj(
            share -> {
              double place = length * (direction.apply(share) + MARGIN) / (1 + 2 * MARGIN);
              return new Tick(label.apply(share), Numbers.fixed(place, 1));
            })
        .toList();
  }

  private static String draw(List<CurvePoint> curve, double largest) {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).build();
    XYStyler styler = chart.getStyler();
    bare(styler);
    styler.setXAxisMin(-MARGIN * largest).setXAxisMax((1 + MARGIN) * largest);
    styler.setYAxisMin(-100 * MARGIN).setYAxisMax(100 * (1 + MARGIN));
    addBand(chart, curve);
    addLine(chart, curve);
    return element(chart);
  }

  /** Nothing but the curve, over the whole of the picture. */
  private static void bare(XYStyler styler) {
    styler.setLegendVisible(false);
    styler.setChartTitleVisible(false);
    styler.setAxisTicksVisible(false);
    styler.setAxisTitlesVisible(false);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesVisible(false);
    styler.setChartBackgroundColor(CLEAR);
    styler.setPlotBackgroundColor(CLEAR);
    styler.setChartPadding(0);
    styler.setPlotMargin(0);
    styler.setPlotContentSize(1);
    styler.setMarkerSize(6);
  }

  /** There and back again: along the upper ends, then along the lower ones. */
  private static void addBand(XYChart chart, List<CurvePoint> curve) {
    int n = curve.size();
    double[] x = new double[2 * n];
    double[] y = new double[2 * n];
    for (int i = 0; i < n; i++) {
      CurvePoint point = curve.get(i);
      x[i] = point.epsilon();
      y[i] = 100 * point.robustAccuracy().high();
      x[2 * n - 1 - i] = point.epsilon();
      y[2 * n - 1 - i] = 100 * point.robustAccuracy().low();
    }
    XYSeries band = chart.addSeries("interval", x, y);
    band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    band.setLineColor(BAND).setLineStyle(SeriesLines.NONE).setFillColor(BAND);
    band.setMarker(SeriesMarkers.NONE);
  }

  private static void addLine(XYChart chart, List<CurvePoint> curve) {
    DoubleStream x = curve.stream().mapToDouble(CurvePoint::epsilon);
    DoubleStream y = curve.stream().mapToDouble(point -> 100 * point.robustAccuracy().value());
    XYSeries line = chart.addSeries("accuracy", x.toArray(), y.toArray());
    line.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    line.setLineColor(LINE).setLineStyle(new BasicStroke(2f));
    line.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(LINE);
  }

  private static String element(XYChart chart) {
    String file;
    try {
      file = new String(ChartEncoder.getBytes(chart, "svg"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Without the XML declaration and document type, which have no place inside a page.
    return file.substring(file.indexOf("<svg")).strip();
  }
}
