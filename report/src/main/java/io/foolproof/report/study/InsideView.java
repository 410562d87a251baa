package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.figure.InsideByDimension;
import java.util.List;

/** The fraction of new images inside the hull, against dimension. */
record InsideView(InsideByDimension.Found found, Chart chart) implements View {

  static InsideView of(InsideByDimension.Found found) {
    double most = 2;
    for (InsideByDimension.Row row : found.rows()) {
      most = Math.max(most, row.dimension());
    }
    Chart.Builder chart =
        Chart.of(
            "New images inside the hull, by dimension",
            new Plot(
                Axis.powersOfTwo("dimensions", 1, Math.max(4, most)),
                Axis.percent("inside the hull")));
    series(chart, found, "pca", Chart.Series.FIRST, "Leading principal components");
    series(chart, found, "patch", Chart.Series.SECOND, "Pixels in the centre");
    series(chart, found, "pixels", Chart.Series.THIRD, "All pixels");
    InsideByDimension.Row last = last(found);
    return new InsideView(
        found,
        chart.saying(
            "The fraction inside falls with the dimension, to %s in %d dimensions"
                .formatted(
                    Numbers.percent((double) last.inside() / found.queries()), last.dimension())));
  }

  private static void series(
      Chart.Builder chart,
      InsideByDimension.Found found,
      String space,
      Chart.Series series,
      String text) {
    List<InsideByDimension.Row> rows =
        found.rows().stream().filter(row -> row.space().startsWith(space)).toList();
    if (rows.isEmpty()) {
      return;
    }
    double[] x = rows.stream().mapToDouble(InsideByDimension.Row::dimension).toArray();
    double[] y =
        rows.stream().mapToDouble(row -> (double) row.inside() / found.queries()).toArray();
    rows.forEach(row -> chart.interval(series, row.dimension(), row.low(), row.high()));
    chart.series(series, x, y, text);
  }

  private static InsideByDimension.Row last(InsideByDimension.Found found) {
    return found.rows().get(found.rows().size() - 1);
  }

  @Override
  public String template() {
    return "study/inside.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(chart);
  }

  InsideByDimension.Row all() {
    return last(found);
  }

  InsideByDimension.Row first() {
    return found.rows().get(0);
  }

  double fraction(InsideByDimension.Row row) {
    return (double) row.inside() / found.queries();
  }

  boolean noneInside() {
    return all().inside() == 0;
  }

  /** How many points it would take in the last space, as a power of ten. */
  String needed() {
    return Numbers.powerOfTen((int) Math.floor(Math.log10(all().needed())));
  }

  boolean neededIsFinite() {
    return Double.isFinite(all().needed()) && all().needed() > 0;
  }
}
