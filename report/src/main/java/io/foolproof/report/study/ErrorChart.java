package io.foolproof.report.study;

import io.foolproof.geometry.CurveStudy;
import io.foolproof.report.Numbers;
import io.foolproof.report.audit.CurveChart;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

/**
 * The error of polynomials against their degree, on a logarithmic axis.
 *
 * @param inside the path of the errors inside the hull of the data
 * @param outside the path of those outside
 * @param degrees ticks of the horizontal axis
 * @param errors ticks of the vertical axis, by their place from its top
 */
record ErrorChart(
    String inside, String outside, List<CurveChart.Tick> degrees, List<CurveChart.Tick> errors) {
  private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  static ErrorChart of(CurveStudy study) {
    int lowest = Integer.MAX_VALUE;
    int highest = Integer.MIN_VALUE;
    for (CurveStudy.Fit fit : study.fits()) {
      lowest =
          Math.min(lowest, (int) Math.floor(Math.log10(Math.min(fit.inside(), fit.outside()))));
      highest =
          Math.max(highest, (int) Math.ceil(Math.log10(Math.max(fit.inside(), fit.outside()))));
    }
    List<CurveChart.Tick> degrees = new ArrayList<>();
    int largest = study.fits().size() - 1;
    for (CurveStudy.Fit fit : study.fits()) {
      degrees.add(new CurveChart.Tick(Integer.toString(fit.degree()), x(fit, largest)));
    }
    List<CurveChart.Tick> errors = new ArrayList<>();
    for (int power = lowest; power <= highest; power++) {
      errors.add(new CurveChart.Tick(power(power), y(Math.pow(10, power), lowest, highest)));
    }
    return new ErrorChart(
        path(study, CurveStudy.Fit::inside, lowest, highest),
        path(study, CurveStudy.Fit::outside, lowest, highest),
        degrees,
        errors);
  }

  /** A power of ten, with its exponent raised. */
  private static String power(int exponent) {
    StringBuilder text = new StringBuilder("10");
    for (char digit : Integer.toString(exponent).toCharArray()) {
      text.append(digit == '-' ? '\u207b' : RAISED.charAt(digit - '0'));
    }
    return text.toString();
  }

  private static String path(
      CurveStudy study, ToDoubleFunction<CurveStudy.Fit> error, int lowest, int highest) {
    StringJoiner points = new StringJoiner(" ");
    int largest = study.fits().size() - 1;
    for (CurveStudy.Fit fit : study.fits()) {
      points.add(x(fit, largest) + "," + y(error.applyAsDouble(fit), lowest, highest));
    }
    return points.toString();
  }

  private static String x(CurveStudy.Fit fit, int largest) {
    return Numbers.fixed((double) CurveChart.WIDTH * fit.degree() / largest, 1);
  }

  private static String y(double error, int lowest, int highest) {
    return Numbers.fixed(CurveChart.HEIGHT * (highest - Math.log10(error)) / (highest - lowest), 1);
  }
}
