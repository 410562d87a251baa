package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.figure.Frontier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** Clean error against robust error of all defenses. */
record FrontierView(Frontier.Found found, Words words, Chart chart) implements View {
  /** What is less stands at the left end. */
  private static final double LEAST_ERROR = 0.001;

  static FrontierView of(Frontier.Found found, Words words) {
    Chart.Builder chart =
        Chart.of(
            "Clean error against robust error",
            new Plot(
                Axis.logarithmicPercent("clean error", LEAST_ERROR),
                Axis.percent("robust error, at least")));
    for (Frontier.Hollow one : found.published()) {
      chart.hollow(
          Chart.Series.THIRD,
          one.clean(),
          one.robust(),
          "%s: clean error %s, robust error at least %s"
              .formatted(one.name(), Numbers.percent(one.clean()), Numbers.percent(one.robust())));
    }
    int number = 0;
    for (Frontier.Point point : found.points()) {
      number++;
      double clean = point.clean().value();
      Chart.Series series =
          point.family().equals("none") ? Chart.Series.SECOND : Chart.Series.FIRST;
      chart.interval(series, clean, point.robust().low(), point.robust().high());
      chart.mark(
          series,
          clean,
          point.robust().value(),
          "%s: clean error %s, robust error at least %s"
              .formatted(
                  point.name(), Numbers.percent(clean), Numbers.percent(point.robust().value())));
      chart.note(clean, point.robust().value(), Integer.toString(number));
      for (Frontier.Errors other : point.others()) {
        chart.mark(
            series,
            other.clean().value(),
            other.robust().value(),
            "%s, another seed: clean error %s, robust error at least %s"
                .formatted(
                    point.name(),
                    Numbers.percent(other.clean().value()),
                    Numbers.percent(other.robust().value())));
      }
    }
    boolean seeds = found.points().stream().anyMatch(point -> !point.others().isEmpty());
    chart
        .key(Chart.Series.SECOND, "No defense")
        .key(
            Chart.Series.FIRST,
            "A defense, by its number in the table; bars: 95 % intervals"
                + (seeds ? "; without a number: the same with other seeds" : ""));
    if (!found.published().isEmpty()) {
      chart.key("sign hollow", "Published by others, of nets with far more training");
    }
    return new FrontierView(
        found,
        words,
        chart.saying("Clean error against robust error, as in the table below: none is at zero"));
  }

  @Override
  public String template() {
    return "study/frontier.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(chart);
  }

  /** The defense with the least robust error. */
  Frontier.Point best() {
    return found.points().stream()
        .min(Comparator.comparingDouble(point -> point.robust().value()))
        .orElseThrow();
  }

  /** The model without a defense. */
  Optional<Frontier.Point> plain() {
    return found.points().stream().filter(point -> point.family().equals("none")).findFirst();
  }

  /** From the least to the largest clean error of all seeds; empty where there is one. */
  String cleanOfSeeds(Frontier.Point point) {
    return spread(point, point.clean().value(), other -> other.clean().value());
  }

  /** From the least to the largest robust error of all seeds; empty where there is one. */
  String robustOfSeeds(Frontier.Point point) {
    return spread(point, point.robust().value(), other -> other.robust().value());
  }

  private static String spread(
      Frontier.Point point, double first, ToDoubleFunction<Frontier.Errors> error) {
    if (point.others().isEmpty()) {
      return "";
    }
    DoubleSummaryStatistics all =
        DoubleStream.concat(DoubleStream.of(first), point.others().stream().mapToDouble(error))
            .summaryStatistics();
    return "%d seeds: %s".formatted(all.getCount(), Numbers.range(all.getMin(), all.getMax()));
  }

  /** Which defenses were attacked by what, a line for each set of attacks. */
  List<String> attacks() {
    Map<String, List<String>> attacked = new LinkedHashMap<>();
    for (Frontier.Point point : found.points()) {
      attacked.computeIfAbsent(point.attacks(), key -> new ArrayList<>()).add(point.name());
    }
    return attacked.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + " by " + entry.getKey())
        .toList();
  }

  boolean noneAtZero() {
    return best().robust().value() > 0;
  }

  boolean bestPaysClean() {
    return plain().map(plain -> best().clean().value() > plain.clean().value()).orElse(true);
  }

  /** Whether the best of others errs no more, without attacks, than the net without a defense. */
  boolean publishedPaysLittle() {
    return plain().map(plain -> bestPublished().clean() <= plain.clean().value()).orElse(false);
  }

  boolean hasPublished() {
    return !found.published().isEmpty();
  }

  Frontier.Hollow bestPublished() {
    return found.published().stream()
        .min(Comparator.comparingDouble(Frontier.Hollow::robust))
        .orElseThrow();
  }
}
