package io.foolproof.report;

import io.foolproof.attack.Norm;
import io.foolproof.audit.AuditResult.CurvePoint;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Accuracy against epsilon, with its 95 % interval as a band. */
final class CurveChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 340;
  private static final Color INK = new Color(0x1f2933);
  private static final Color LINE = new Color(0xb3392f);
  private static final Color BAND = new Color(0xf0d5d1);
  private static final Color GRID = new Color(0xe4e7eb);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private CurveChart() {}

  /** The chart as an SVG element, to be put into a page. */
  static String svg(List<CurvePoint> curve, Norm norm) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("epsilon (" + norm.symbol() + ")")
            .yAxisTitle("accuracy, %")
            .build();
    style(chart.getStyler());
    double last = curve.get(curve.size() - 1).epsilon();
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(last > 0 ? last : 1);
    addBand(chart, curve);
    addLine(chart, curve);
    return element(chart);
  }

  private static void style(XYStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setLegendVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsFont(FONT);
    styler.setAxisTitleFont(FONT);
    styler.setAxisTickLabelsColor(INK);
    styler.setAxisTickMarksColor(GRID);
    styler.setChartPadding(4);
    styler.setMarkerSize(6);
    styler.setYAxisMin(0.0);
    styler.setYAxisMax(100.0);
    styler.setYAxisDecimalPattern("0");
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
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String file = bytes.toString(StandardCharsets.UTF_8);
    // Without the XML declaration and document type, which have no place inside a page.
    return file.substring(file.indexOf("<svg"));
  }
}
