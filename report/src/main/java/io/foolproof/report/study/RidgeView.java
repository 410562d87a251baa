package io.foolproof.report.study;

import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.report.draw.Drawing;
import io.foolproof.report.draw.Strip;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.RidgeByHand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Ridge regression with a larger and larger penalty. */
record RidgeView(
    RidgeByHand.Found found, Words words, List<Frame> frames, Chart errors, Chart distances)
    implements View {
  private static final int SIDE = 84;

  /**
   * The weights of all classes, under one penalty.
   *
   * @param still whether it is shown where there is no slider
   */
  record Frame(String lambda, RidgeByHand.Solution solution, Strip strip, boolean still) {}

  static RidgeView of(RidgeByHand.Found found, Words words) {
    List<RidgeByHand.Solution> solutions = found.solutions();
    List<String> lambdas =
        solutions.stream().map(solution -> Axes.label(solution.lambda())).toList();
    double[] at = Axes.places(solutions.size());
    double[] training = each(found, solution -> solution.training().value());
    double[] test = each(found, solution -> solution.test().value());
    Chart.Builder errors =
        Chart.of(
            "Training and test error against the penalty",
            new Plot(
                Axes.ordinal("lambda", lambdas),
                Axes.percentUpTo("error", Axes.all(training, test))));
    for (int i = 0; i < at.length; i++) {
      RidgeByHand.Solution solution = solutions.get(i);
      errors.interval(Chart.Series.FIRST, at[i], solution.test().low(), solution.test().high());
    }
    errors
        .series(Chart.Series.FIRST, at, test, "Test error")
        .series(Chart.Series.SECOND, at, training, "Training error");
    double[] l2 = each(found, RidgeByHand.Solution::l2);
    double[] degrees = each(found, RidgeByHand.Solution::degreesOfFreedom);
    Chart distances =
        Chart.of(
                "Median distance to the boundary against the penalty",
                new Plot(Axes.ordinal("lambda", lambdas), Axes.fromZero("distance, L2", l2)))
            .series(Chart.Series.FIRST, at, l2, "Median L2 distance to the boundary")
            .saying(
                "The median distance goes from %s to %s"
                    .formatted(Rounded.of(l2[0]), Rounded.of(l2[l2.length - 1])));
    return new RidgeView(
        found,
        words,
        frames(found, words),
        errors.saying(
            "From the least to the largest penalty the test error goes from %s to %s, the degrees of freedom from %s to %s"
                .formatted(
                    Numbers.percent(test[0]),
                    Numbers.percent(test[test.length - 1]),
                    Rounded.of(degrees[0]),
                    Rounded.of(degrees[degrees.length - 1]))),
        distances);
  }

  private static List<Frame> frames(RidgeByHand.Found found, Words words) {
    Drawn drawn = new Drawn(found.shape(), SIDE);
    List<RidgeByHand.Solution> shown =
        found.solutions().stream().filter(solution -> solution.images().length > 0).toList();
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      RidgeByHand.Solution solution = shown.get(i);
      String lambda = Axes.label(solution.lambda());
      List<Strip.Tile> tiles = new ArrayList<>();
      for (int c = 0; c < solution.images().length; c++) {
        tiles.add(
            new Strip.Tile(
                drawn.signed(solution.images()[c]),
                "The weights of class %s with lambda %s".formatted(words.name(c), lambda),
                words.name(c)));
      }
      frames.add(
          new Frame(
              lambda,
              solution,
              new Strip("Weights with lambda " + lambda, tiles),
              i == 0 || i == shown.size() / 2 || i == shown.size() - 1));
    }
    return frames;
  }

  private static double[] each(
      RidgeByHand.Found found, ToDoubleFunction<RidgeByHand.Solution> value) {
    return found.solutions().stream().mapToDouble(value).toArray();
  }

  @Override
  public String template() {
    return "study/ridge.jte";
  }

  @Override
  public List<Drawing> drawings() {
    List<Drawing> all = new ArrayList<>(List.of(errors, distances));
    frames.stream().filter(Frame::still).forEach(frame -> all.add(frame.strip()));
    return all;
  }

  /** The slider begins in the middle. */
  int start() {
    return frames.size() / 2;
  }

  RidgeByHand.Solution least() {
    return found.solutions().get(0);
  }

  RidgeByHand.Solution most() {
    return found.solutions().get(found.solutions().size() - 1);
  }

  /** The weight with the least test error. */
  RidgeByHand.Solution best() {
    RidgeByHand.Solution best = least();
    for (RidgeByHand.Solution solution : found.solutions()) {
      best = solution.test().value() < best.test().value() ? solution : best;
    }
    return best;
  }

  boolean bothErrorsRise() {
    return most().test().value() > least().test().value()
        && most().training().value() > least().training().value();
  }

  boolean someWeightHelps() {
    return best().test().value() < least().test().value() && best().lambda() < most().lambda();
  }

  boolean distanceGrows() {
    return most().l2() > least().l2();
  }

  boolean hasChecks() {
    return !found.checks().isEmpty();
  }

  double worstMedianRatio() {
    return found.checks().stream().mapToDouble(RidgeByHand.Check::medianRatio).max().orElse(1);
  }
}
