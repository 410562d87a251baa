package io.foolproof.report.study;

import io.foolproof.geometry.CurveStudy;
import io.foolproof.report.Axis;
import io.foolproof.report.Plot;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The error of polynomials against their degree, on a logarithmic axis.
 *
 * @param inside the errors inside the hull of the data, as points of an SVG polyline
 * @param outside those outside
 */
record ErrorChart(Plot plot, String inside, String outside) {

  static ErrorChart of(CurveStudy study) {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = 0;
    for (CurveStudy.Fit fit : study.fits()) {
      lowest = Math.min(lowest, Math.min(fit.inside(), fit.outside()));
      highest = Math.max(highest, Math.max(fit.inside(), fit.outside()));
    }
    Plot plot =
        new Plot(
            Axis.count("degree", study.fits().size() - 1),
            Axis.powersOfTen(
                "error",
                Math.pow(10, Math.floor(Math.log10(lowest))),
                Math.pow(10, Math.ceil(Math.log10(highest)))));
    return new ErrorChart(
        plot,
        path(plot, study, CurveStudy.Fit::inside),
        path(plot, study, CurveStudy.Fit::outside));
  }

  private static String path(Plot plot, CurveStudy study, ToDoubleFunction<CurveStudy.Fit> error) {
    return study.fits().stream()
        .map(fit -> plot.point(fit.degree(), error.applyAsDouble(fit)))
        .collect(Collectors.joining(" "));
  }
}
