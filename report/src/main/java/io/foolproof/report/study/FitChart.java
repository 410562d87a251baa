package io.foolproof.report.study;

import io.foolproof.geometry.CurveStudy;
import io.foolproof.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.DoubleUnaryOperator;

/**
 * A polynomial, the samples it was fitted to and the curve that they are of.
 *
 * @param fit the path of the polynomial, in the units of the plot; it ends not far beyond its edges
 * @param curve the path of the curve
 * @param samples the samples
 */
record FitChart(CurveStudy.Fit polynomial, String fit, String curve, List<Dot> samples) {
  static final int WIDTH = 440;
  static final int HEIGHT = 240;

  /** The axis of values goes from minus this to this. */
  private static final double HIGHEST = 2.5;

  /** A path goes on this far beyond the plot, which hides what is outside. */
  private static final double CUT = 10 * HIGHEST;

  private static final int STEPS = 400;

  record Dot(String x, String y) {}

  static FitChart of(CurveStudy study, int degree) {
    CurveStudy.Fit fit = study.fits().get(degree);
    List<Dot> samples = new ArrayList<>();
    for (int i = 0; i < study.x().length; i++) {
      samples.add(new Dot(x(study.x()[i]), y(study.y()[i])));
    }
    return new FitChart(fit, path(fit.polynomial()::at), path(CurveStudy::curve), samples);
  }

  /** Where a place on the axis is. */
  static String x(double place) {
    return Numbers.fixed(WIDTH * (place + CurveStudy.END) / (2 * CurveStudy.END), 1);
  }

  /** Where a value is. */
  static String y(double value) {
    double within = Math.max(-CUT, Math.min(CUT, value));
    return Numbers.fixed(HEIGHT * (HIGHEST - within) / (2 * HIGHEST), 1);
  }

  private static String path(DoubleUnaryOperator function) {
    StringJoiner points = new StringJoiner(" ");
    for (int i = 0; i <= STEPS; i++) {
      double at = CurveStudy.END * (2.0 * i / STEPS - 1);
      points.add(x(at) + "," + y(function.applyAsDouble(at)));
    }
    return points.toString();
  }
}
