package io.foolproof.report.audit;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.SampleVerdict.Witness;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Numbers;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which classes were fooled into which others.
 *
 * @param columns the classes fooled into, by label
 * @param rows the classes that were fooled, by label
 * @param leftOut how many fooled samples are in classes that there was no room for
 */
record Confusion(List<String> columns, List<Row> rows, int leftOut) {
  /** More do not fit on a page. */
  static final int MOST_CLASSES = 20;

  private static final int FEW_COLUMNS = 10;
  private static final int SHORT_NAME = 4;

  /**
   * One class and where its samples went.
   *
   * @param name the class
   * @param cells one a column
   */
  record Row(String name, List<Cell> cells) {}

  /**
   * How many samples went from one class to another.
   *
   * @param count how many
   * @param heat their fraction of the largest count, in [0, 1]
   */
  record Cell(int count, double heat) {
    /** Opacity of the cell's colour. */
    String opacity() {
      return Numbers.fixed(heat, 2);
    }
  }

  /** Whether the table needs the whole width of a page, and its columns' names on their sides. */
  boolean large() {
    return columns.size() > FEW_COLUMNS
        || columns.stream().anyMatch(name -> name.length() > SHORT_NAME);
  }

  private record Fooling(int from, int into) {}

  /** Counts the fooled samples; of many classes only those with the most. */
  static Confusion of(AuditResult result) {
    List<Fooling> all =
        result.samples().stream()
            .flatMap(sample -> fooling(sample, sample.witness()).stream())
            .toList();
    List<Integer> from = largest(all, Fooling::from);
    List<Integer> into = largest(all, Fooling::into);
    List<Fooling> shown =
        all.stream().filter(f -> from.contains(f.from()) && into.contains(f.into())).toList();
    ClassNames names = new ClassNames(result.data().classNames());
    return new Confusion(
        into.stream().map(names::of).toList(),
        rows(shown, from, into, names),
        all.size() - shown.size());
  }

  private static List<Fooling> fooling(SampleVerdict sample, @Nullable Witness witness) {
    return witness == null ? List.of() : List.of(new Fooling(sample.label(), witness.prediction()));
  }

  private static List<Integer> largest(List<Fooling> all, ToIntFunction<Fooling> side) {
    Map<Integer, Integer> counts = new TreeMap<>();
    all.forEach(fooling -> counts.merge(side.applyAsInt(fooling), 1, Integer::sum));
    return counts.entrySet().stream()
        .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
        .limit(MOST_CLASSES)
        .map(Map.Entry::getKey)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static List<Row> rows(
      List<Fooling> shown, List<Integer> from, List<Integer> into, ClassNames names) {
    Map<Fooling, Integer> counts = new HashMap<>();
    shown.forEach(fooling -> counts.merge(fooling, 1, Integer::sum));
    double most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    return from.stream()
        .map(
            row ->
                new Row(
                    names.of(row),
                    into.stream()
                        .map(column -> counts.getOrDefault(new Fooling(row, column), 0))
                        .map(count -> new Cell(count, count / most))
                        .toList()))
        .toList();
  }
}
