package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.figure.Generalises;
import java.util.Arrays;
import java.util.List;

/** Accuracy and confidence against distance to the hull. */
record GeneralisesView(Generalises.Found found, Words words, Chart chart) implements View {

  static GeneralisesView of(Generalises.Found found, Words words) {
    int n = found.deciles().size();
    double[] at = new double[n];
    double[] accuracy = new double[n];
    double[] confidence = new double[n];
    double most = 0;
    for (int i = 0; i < n; i++) {
      Generalises.Decile decile = found.deciles().get(i);
      at[i] = (decile.from() + decile.to()) / 2;
      accuracy[i] = (double) decile.correct() / decile.count();
      confidence[i] = decile.confidence();
      most = Math.max(most, decile.to());
    }
    Chart.Builder chart =
        Chart.of(
            "Accuracy and confidence by distance to the hull",
            new Plot(
                Axis.linear("distance to the hull, L2", most > 0 ? 1.02 * most : 1),
                Axis.percent("of each tenth")));
    for (int i = 0; i < n; i++) {
      Generalises.Decile decile = found.deciles().get(i);
      chart.interval(Chart.Series.FIRST, at[i], decile.low(), decile.high());
    }
    chart
        .series(Chart.Series.FIRST, at, accuracy, "Correctly classified, with the 95 % interval")
        .series(Chart.Series.SECOND, at, confidence, "Mean probability of the predicted class");
    return new GeneralisesView(
        found,
        words,
        chart.saying(
            "Of the tenth nearest to the hull %s are correctly classified, of the farthest %s"
                .formatted(Numbers.percent(accuracy[0]), Numbers.percent(accuracy[n - 1]))));
  }

  @Override
  public String template() {
    return "study/generalises.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(chart);
  }

  private static double accuracy(Generalises.Decile decile) {
    return (double) decile.correct() / decile.count();
  }

  double worst() {
    return found.deciles().stream().mapToDouble(GeneralisesView::accuracy).min().orElse(0);
  }

  double nearest() {
    return accuracy(found.deciles().get(0));
  }

  double farthest() {
    return accuracy(found.deciles().get(found.deciles().size() - 1));
  }

  boolean generalises() {
    return worst() > 0.9;
  }

  /** Whether it is by more than chance explains: the intervals of both ends do not overlap. */
  boolean farIsWorse() {
    Generalises.Decile last = found.deciles().get(found.deciles().size() - 1);
    return last.high() < found.deciles().get(0).low();
  }

  double medianDistance() {
    return median(found.distance());
  }

  double medianNeighbour() {
    return median(found.neighbour());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
