package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.HardToOptimise;
import java.util.Arrays;
import java.util.List;

/** The loss of a net with a hard threshold, and of its smoother relatives, against the step. */
record OptimiseView(HardToOptimise.Found found, Words words, Chart chart) implements View {

  static OptimiseView of(HardToOptimise.Found found, Words words) {
    double[] steps = Axes.doubles(found.steps());
    double[] losses =
        found.trainings().stream().flatMapToDouble(t -> Arrays.stream(t.loss())).toArray();
    Chart.Builder chart =
        Chart.of(
            "Loss against step",
            new Plot(
                Axis.count("step", Math.max(1, found.steps()[found.steps().length - 1])),
                Axes.powersOfTen("loss, nats", losses)));
    Chart.Series[] series = Chart.Series.values();
    for (int i = 0; i < found.trainings().size(); i++) {
      HardToOptimise.Trained trained = found.trainings().get(i);
      chart.series(series[i % series.length], steps, trained.loss(), name(trained));
    }
    return new OptimiseView(
        found,
        words,
        chart.saying(
            found.trainings().stream()
                .map(t -> name(t) + ": final loss " + Rounded.of(t.finalLoss()))
                .reduce((a, b) -> a + "; " + b)
                .orElse("")));
  }

  static String name(HardToOptimise.Trained trained) {
    return switch (trained.name()) {
      case "hard" -> "Hard threshold, its own gradient";
      case "straight-through" -> "Hard threshold, gradient passed straight through";
      default -> "Smooth threshold";
    };
  }

  @Override
  public String template() {
    return "study/optimise.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(chart);
  }

  HardToOptimise.Trained trained(String name) {
    return found.trainings().stream()
        .filter(training -> training.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  double ratio() {
    return trained("hard").finalLoss() / trained("smooth").finalLoss();
  }

  boolean isHard() {
    return ratio() > 2;
  }

  boolean passingHelps() {
    return trained("straight-through").finalLoss() < trained("hard").finalLoss();
  }
}
