package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.Flattened;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A network under a larger and larger penalty on its gradient. */
record FlattenedView(Flattened.Found found, Words words, List<Chart> charts) implements View {

  static FlattenedView of(Flattened.Found found, Words words) {
    List<Double> weights =
        found.nets().stream().map(Flattened.Net::weight).distinct().sorted().toList();
    List<String> labels = weights.stream().map(Axes::label).toList();
    double[] at = found.nets().stream().mapToDouble(net -> weights.indexOf(net.weight())).toArray();
    double[] training = each(found, net -> net.training().value());
    double[] test = each(found, net -> net.test().value());
    double[] gradient = each(found, Flattened.Net::gradient);
    double[] robust = each(found, net -> net.robust().value());
    int last = at.length - 1;
    Axis across = Axes.ordinal("weight of the penalty", labels);
    Chart.Builder errors =
        Chart.of(
            "Training and test error",
            new Plot(across, Axes.percentUpTo("error", Axes.all(training, test))));
    Chart.Builder robustness =
        Chart.of("Robust accuracy", new Plot(across, Axis.percent("remaining")));
    for (int i = 0; i < at.length; i++) {
      Flattened.Net net = found.nets().get(i);
      errors.interval(Chart.Series.FIRST, at[i], net.test().low(), net.test().high());
      robustness.interval(Chart.Series.FIRST, at[i], net.robust().low(), net.robust().high());
    }
    return new FlattenedView(
        found,
        words,
        List.of(
            errors
                .series(Chart.Series.FIRST, at, test, "Test error")
                .series(Chart.Series.SECOND, at, training, "Training error")
                .saying(
                    "The test error goes from %s without penalty to %s under the largest"
                        .formatted(Numbers.percent(test[0]), Numbers.percent(test[last]))),
            Chart.of("Length of the gradient", new Plot(across, Axes.powersOfTen("L2", gradient)))
                .series(Chart.Series.FIRST, at, gradient, "Mean length of the gradient")
                .saying(
                    "The mean length of the gradient goes from %s to %s"
                        .formatted(Rounded.of(gradient[0]), Rounded.of(gradient[last]))),
            robustness
                .series(Chart.Series.FIRST, at, robust, "Remaining under attack")
                .saying(
                    "Under attack there remain %s without penalty, %s under the largest"
                        .formatted(Numbers.percent(robust[0]), Numbers.percent(robust[last])))));
  }

  private static double[] each(Flattened.Found found, ToDoubleFunction<Flattened.Net> value) {
    return found.nets().stream().mapToDouble(value).toArray();
  }

  @Override
  public String template() {
    return "study/flattened.jte";
  }

  @Override
  public List<Chart> drawings() {
    return new ArrayList<>(charts);
  }

  Flattened.Net least() {
    return found.nets().get(0);
  }

  Flattened.Net most() {
    return found.nets().get(found.nets().size() - 1);
  }

  boolean gradientFalls() {
    return most().gradient() < least().gradient();
  }

  boolean bothErrorsRise() {
    return most().test().value() > least().test().value()
        && most().training().value() > least().training().value();
  }

  /** The net of which most remains under attack. */
  Flattened.Net mostRobust() {
    Flattened.Net best = least();
    for (Flattened.Net net : found.nets()) {
      best = net.robust().value() > best.robust().value() ? net : best;
    }
    return best;
  }

  boolean helps() {
    return mostRobust().robust().value() > least().robust().value();
  }
}
