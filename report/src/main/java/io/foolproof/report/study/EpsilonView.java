package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.figure.AccuracyAgainstEpsilon;
import java.util.List;
import java.util.stream.IntStream;

/** What remains of the accuracy, against epsilon. */
record EpsilonView(AccuracyAgainstEpsilon.Found found, Words words, Chart chart) implements View {

  static EpsilonView of(AccuracyAgainstEpsilon.Found found, Words words) {
    double[] x = found.epsilons();
    Chart.Builder chart =
        Chart.of(
            "Accuracy against epsilon, by what the attacker knows",
            new Plot(
                Axes.fromZero("epsilon, L-inf", x), Axis.percent("still correctly classified")));
    Chart.Series[] series = Chart.Series.values();
    for (int c = 0; c < found.curves().size(); c++) {
      AccuracyAgainstEpsilon.Curve curve = found.curves().get(c);
      chart.series(series[c % series.length], x, values(curve), name(curve));
    }
    return new EpsilonView(
        found,
        words,
        chart.saying(
            "At epsilon %s there remain %s"
                .formatted(x[x.length - 1], remaining(found, x.length - 1))));
  }

  private static String remaining(AccuracyAgainstEpsilon.Found found, int epsilon) {
    return found.curves().stream()
        .map(curve -> "%.0f %% with %s".formatted(100 * curve.at(epsilon).value(), curve.knows()))
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }

  private static double[] values(AccuracyAgainstEpsilon.Curve curve) {
    return IntStream.range(0, curve.remaining().length)
        .mapToDouble(i -> curve.at(i).value())
        .toArray();
  }

  static String name(AccuracyAgainstEpsilon.Curve curve) {
    return switch (curve.knows()) {
      case "gradients" -> "Gradients";
      case "scores" -> "The scores of all classes";
      case "labels" -> "The predicted class alone";
      default -> "Nothing: random noise";
    };
  }

  @Override
  public String template() {
    return "study/epsilon.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(chart);
  }

  AccuracyAgainstEpsilon.Curve knowing(String what) {
    return found.curves().stream()
        .filter(curve -> curve.knows().equals(what))
        .findFirst()
        .orElseThrow();
  }

  int last() {
    return found.epsilons().length - 1;
  }

  /** The least epsilon at which gradients leave less than half; -1 where none does. */
  int half() {
    AccuracyAgainstEpsilon.Curve curve = knowing("gradients");
    return IntStream.range(0, found.epsilons().length)
        .filter(i -> curve.at(i).value() < 0.5)
        .findFirst()
        .orElse(-1);
  }

  /** Where the attackers are compared: there, or at the largest epsilon. */
  int compared() {
    return falls() ? half() : last();
  }

  boolean falls() {
    return half() >= 0;
  }

  boolean queriesSuffice() {
    return knowing("labels").at(last()).value() < knowing("nothing").at(last()).value();
  }
}
