package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.EducatedGuesses;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Models from no learned number at all to a network. */
record GuessesView(EducatedGuesses.Found found, Words words, Chart chart) implements View {
  /** Where what learned nothing stands on a logarithmic axis. */
  private static final double NOTHING = 1;

  static GuessesView of(EducatedGuesses.Found found, Words words) {
    double[] learned =
        found.guesses().stream()
            .mapToDouble(
                g -> g.learned() < 0 ? Double.NaN : Math.max(NOTHING, (double) g.learned()))
            .toArray();
    double[] l2 = found.guesses().stream().mapToDouble(EducatedGuesses.Guess::l2).toArray();
    Axis across = Axes.powersOfTen("learned numbers; those that learn none at the left", learned);
    Chart.Builder chart =
        Chart.of(
            "Median distance to an adversarial example against learned numbers",
            new Plot(across, Axes.fromZero("median distance, L2", l2)));
    for (int i = 0; i < learned.length; i++) {
      EducatedGuesses.Guess guess = found.guesses().get(i);
      Chart.Series series = guess.trained() ? Chart.Series.FIRST : Chart.Series.SECOND;
      chart.mark(series, learned[i], l2[i], guess.name() + ": " + Numbers.distance(l2[i]));
      if (Double.isFinite(l2[i]) && Double.isFinite(learned[i])) {
        chart.note(learned[i], l2[i], Integer.toString(i + 1));
      }
    }
    chart
        .key(Chart.Series.FIRST, "Trained by gradients")
        .key(Chart.Series.SECOND, "Fitted or drawn by hand; numbers as in the table");
    return new GuessesView(
        found,
        words,
        chart.saying("Median distance against learned numbers, as in the table below"));
  }

  @Override
  public String template() {
    return "study/guesses.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(chart);
  }

  /** A distance for the table; of a model that is rarely fooled there is none. */
  static String distance(double value) {
    return Double.isNaN(value)
        ? "none attacked"
        : Double.isInfinite(value) ? "most not fooled" : Rounded.of(value);
  }

  /** Of how many numbers the model learned. */
  static String learned(EducatedGuesses.Guess guess) {
    return guess.learned() < 0 ? "unknown" : Numbers.count(guess.learned());
  }

  /** The model that the story is about: the last of those that were trained. */
  Optional<EducatedGuesses.Guess> network() {
    return found.guesses().stream().filter(GuessesView::isComparable).reduce((a, b) -> b);
  }

  private static boolean isComparable(EducatedGuesses.Guess guess) {
    return guess.trained() && guess.learned() >= 0;
  }

  /** Of those that learned less and are farther from their boundary, the one that errs least. */
  Optional<EducatedGuesses.Guess> educated() {
    return network()
        .flatMap(
            net ->
                found.guesses().stream()
                    .filter(guess -> guess.learned() >= 0 && guess.learned() < net.learned())
                    .filter(guess -> guess.l2() > net.l2())
                    .min(Comparator.comparingDouble(guess -> guess.errors().value())));
  }

  /** How many numbers that one learned. */
  String educatedLearned() {
    long learned = educated().map(EducatedGuesses.Guess::learned).orElse(0L);
    return learned == 0 ? "learned none" : "learned only " + Numbers.count(learned);
  }

  /** The best of those that learned nothing, or no more than a scale. */
  Optional<EducatedGuesses.Guess> unlearned() {
    return found.guesses().stream()
        .filter(guess -> guess.learned() >= 0 && guess.learned() <= 1)
        .min(Comparator.comparingDouble(guess -> guess.errors().value()));
  }

  boolean hasCosts() {
    return !found.costs().isEmpty();
  }

  /** The images on which the layer costs most. */
  EducatedGuesses.Cost worst() {
    return found.costs().stream()
        .max(Comparator.comparingDouble(c -> c.threshold().value() - c.plain().value()))
        .orElseThrow();
  }

  boolean thresholdCosts() {
    return worst().threshold().value() > worst().plain().value();
  }
}
