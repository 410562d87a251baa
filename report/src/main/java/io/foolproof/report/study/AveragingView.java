package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.figure.Averaging;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Noisy gradients, averaged, and what the average is good for. */
record AveragingView(Averaging.Found found, Words words, List<Chart> charts) implements View {

  static AveragingView of(Averaging.Found found, Words words) {
    double[] n = Axes.doubles(found.draws());
    double least = Math.min(0, least(found.gradients(), least(found.scores(), 0)));
    Chart.Builder cosines =
        Chart.of(
            "Cosine with the clean gradient",
            new Plot(
                Axes.powersOfTen("draws averaged", n),
                Axes.between("cosine", least < 0 ? -0.2 : 0, 1, 0, 0.5, 1)));
    for (int i = 0; i < n.length; i++) {
      cosines.interval(
          Chart.Series.FIRST,
          n[i],
          found.gradients().get(i).low(),
          found.gradients().get(i).high());
    }
    cosines.series(
        Chart.Series.FIRST,
        n,
        each(found.gradients(), Averaging.Cosine::median),
        "Mean of n noisy gradients; bars: quartiles over images");
    if (!found.scores().isEmpty()) {
      cosines.series(
          Chart.Series.SECOND,
          n,
          each(found.scores(), Averaging.Cosine::median),
          "Mean of n slopes from scores alone");
    }
    return new AveragingView(
        found,
        words,
        List.of(
            cosines.saying(
                "The cosine rises from %s with one noisy gradient to %s with %s"
                    .formatted(
                        Numbers.fixed(found.gradients().get(0).median(), 2),
                        Numbers.fixed(last(found.gradients()).median(), 2),
                        Numbers.count(found.draws()[n.length - 1]))),
            attacks(found)));
  }

  private static Chart attacks(Averaging.Found found) {
    double[] spent = found.attacks().stream().mapToDouble(Averaging.Attacked::spent).toArray();
    Chart.Builder chart =
        Chart.of(
            "Remaining accuracy against what the attack spends",
            new Plot(
                Axes.powersOfTen("gradients or queries per image", spent),
                Axis.percent("remaining")));
    for (Averaging.Attacked attack : found.attacks()) {
      Chart.Series series =
          attack.knows().equals("gradients") ? Chart.Series.FIRST : Chart.Series.SECOND;
      chart.interval(series, attack.spent(), attack.remaining().low(), attack.remaining().high());
      chart.mark(
          series,
          attack.spent(),
          attack.remaining().value(),
          "%s, %d draws: %s"
              .formatted(
                  attack.attack(), attack.draws(), Numbers.percent(attack.remaining().value())));
      chart.note(attack.spent(), attack.remaining().value(), Integer.toString(attack.draws()));
    }
    return chart
        .key(Chart.Series.FIRST, "Follows gradients; numbers: draws averaged in each step")
        .key(Chart.Series.SECOND, "Needs scores alone")
        .saying("The more gradients the attack spends, the less remains, as in the table below");
  }

  private static double least(List<Averaging.Cosine> cosines, double but) {
    return cosines.stream().mapToDouble(Averaging.Cosine::low).min().orElse(but);
  }

  private static double[] each(
      List<Averaging.Cosine> cosines, ToDoubleFunction<Averaging.Cosine> value) {
    return cosines.stream().mapToDouble(value).toArray();
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  @Override
  public String template() {
    return "study/averaging.jte";
  }

  @Override
  public List<Chart> drawings() {
    return charts;
  }

  Averaging.Cosine one() {
    return found.gradients().get(0);
  }

  Averaging.Cosine most() {
    return last(found.gradients());
  }

  int mostDraws() {
    return found.draws()[found.draws().length - 1];
  }

  private List<Averaging.Attacked> gradientAttacks() {
    return found.attacks().stream().filter(a -> a.knows().equals("gradients")).toList();
  }

  /** The attack that averages least: PGD as it is. */
  Averaging.Attacked plain() {
    return gradientAttacks().get(0);
  }

  /** The attack that averages most. */
  Averaging.Attacked eot() {
    return last(gradientAttacks());
  }

  boolean averagingUndoesNoise() {
    return eot().remaining().value() < plain().remaining().value() / 2;
  }

  boolean averagingHelps() {
    return eot().remaining().value() < plain().remaining().value();
  }

  /** The attack with scores alone that leaves least. */
  Optional<Averaging.Attacked> fromScores() {
    return found.attacks().stream()
        .filter(attack -> attack.knows().equals("scores"))
        .min(Comparator.comparingDouble(attack -> attack.remaining().value()));
  }
}
