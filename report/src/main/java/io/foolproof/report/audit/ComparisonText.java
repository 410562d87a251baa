package io.foolproof.report.audit;

import io.foolproof.audit.baseline.Comparison;
import io.foolproof.report.Numbers;
import io.foolproof.tensor.Printable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Two audits side by side, for people and for programs. */
public final class ComparisonText {
  private static final int SHOWN = 20;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ComparisonText() {}

  /** In lines of at most 80 columns, each with a line feed at its end. */
  public static String lines(Comparison comparison) {
    double[] interval = comparison.interval();
    StringBuilder text = new StringBuilder();
    text.append(
        "Against the baseline: %s%n"
            .formatted(
                comparison.isSameModel()
                    ? "the same model"
                    : Printable.of(comparison.before().model()) + ", another model"));
    if (!comparison.isSameEngine()) {
      text.append(
          "  on another engine or processor: where an attack barely succeeds, verdicts%n  may differ for that alone%n"
              .formatted());
    }
    text.append("  misclassified samples count as fooled\n");
    line(text, "fooled in neither", comparison.neitherFooled());
    line(text, "newly fooled", comparison.newlyFooled());
    line(text, "no longer fooled", comparison.noLongerFooled());
    line(text, "fooled in both", comparison.bothFooled());
    text.append(
        String.format(
            Locale.ROOT,
            "  difference         %+.1f points, 95 %% %+.1f to %+.1f; one-sided p = %.3g%n",
            100 * comparison.difference(),
            100 * interval[0],
            100 * interval[1],
            comparison.pValue()));
    int shown = Math.min(SHOWN, comparison.changes().size());
    for (Comparison.Change change : comparison.changes().subList(0, shown)) {
      text.append(
          "  sample %-11s %s, was %s%n"
              .formatted(
                  change.index(), VerdictShare.id(change.now()), VerdictShare.id(change.before())));
    }
    if (shown < comparison.changes().size()) {
      text.append("  and %s more%n".formatted(Numbers.count(comparison.changes().size() - shown)));
    }
    return text.toString().replace("\r\n", "\n");
  }

  private static void line(StringBuilder text, String name, int count) {
    text.append("  %-18s %s%n".formatted(name, Numbers.count(count)));
  }

  /** As JSON, with the same numbers and all samples that changed. */
  public static String json(Comparison comparison) {
    double[] interval = comparison.interval();
    Json content =
        new Json(
            comparison.before().model(),
            comparison.now().model(),
            comparison.isSameModel(),
            comparison.isSameEngine(),
            comparison.samples(),
            comparison.neitherFooled(),
            comparison.newlyFooled(),
            comparison.noLongerFooled(),
            comparison.bothFooled(),
            comparison.difference(),
            interval[0],
            interval[1],
            comparison.pValue(),
            comparison.changes().stream()
                .map(
                    change ->
                        new JsonChange(
                            change.index(),
                            VerdictShare.id(change.before()),
                            VerdictShare.id(change.now())))
                .toList());
    return JSON.writeValueAsString(content).replace("\r\n", "\n") + "\n";
  }

  /** The fields of the JSON. */
  record Json(
      String before,
      String now,
      boolean sameModel,
      boolean sameEngine,
      int samples,
      int fooledInNeither,
      int newlyFooled,
      int noLongerFooled,
      int fooledInBoth,
      double difference,
      double differenceLow,
      double differenceHigh,
      double p,
      List<JsonChange> changes) {}

  /** A sample that changed. */
  record JsonChange(long index, String before, String now) {}
}
