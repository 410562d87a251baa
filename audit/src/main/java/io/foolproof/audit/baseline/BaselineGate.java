package io.foolproof.audit.baseline;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Gate;
import io.foolproof.audit.Verdict;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A gate that may only get better: an audit is held against a baseline.
 *
 * <ul>
 *   <li>Of the same model, any newly fooled sample fails it.
 *   <li>Of another model, it fails where the samples that are newly fooled outnumber those that no
 *       longer are by more than chance (McNemar's exact one-sided test, p below 0.05), or by more
 *       than the slack.
 *   <li>An audit that is unfinished, at chance, or has a sign that its robust accuracy is too high
 *       fails as in {@link Gate}; so does one with more errors than the baseline.
 * </ul>
 *
 * @param before what is held against
 * @param slack by how many samples another model may be worse, where chance would allow it; empty
 *     for as many as chance allows
 * @param allowed ids of signs that are no reason to fail
 */
public record BaselineGate(Baseline before, OptionalInt slack, Set<String> allowed) {
  /** The level of McNemar's test. */
  private static final double LEVEL = 0.05;

  /**
   * Checks the slack and the signs.
   *
   * @throws InvalidInputException when the slack is negative, or a sign is not known or cannot be
   *     allowed
   */
  public BaselineGate {
    if (slack.isPresent() && slack.getAsInt() < 0) {
      throw new InvalidInputException(
          "the slack is %d samples: give 0 or more".formatted(slack.getAsInt()));
    }
    allowed = new Gate(0, allowed).allowed();
  }

  /**
   * A decision.
   *
   * @param comparison with the baseline
   * @param worse in what it is worse than the baseline, in words; empty where it is not
   * @param signs how a gate that requires nothing else judged the signs
   */
  public record Outcome(Comparison comparison, String worse, Gate.Outcome signs) {

    /** Whether the gate passed. */
    public boolean passed() {
      return reason().isEmpty();
    }

    /** Why the gate failed, in words; empty where it passed. */
    public String reason() {
      return worse + (worse.isEmpty() || signs.passed() ? "" : "; and ") + signs.reason();
    }

    /** Whether the audit is better than the baseline, which is worth freezing. */
    public boolean isBetter() {
      return passed() && comparison.difference() > 0;
    }
  }

  /**
   * Whether an audit passes.
   *
   * @throws InvalidInputException where it cannot be compared with the baseline
   */
  public Outcome judge(AuditResult result) {
    Comparison comparison = Comparison.of(before, Baseline.of(result));
    return new Outcome(comparison, worse(comparison), new Gate(0, allowed).judge(result));
  }

  private String worse(Comparison comparison) {
    int fooled = comparison.newlyFooled();
    int noLonger = comparison.noLongerFooled();
    int errors = comparison.now().count(Verdict.ERROR);
    int errorsBefore = before.count(Verdict.ERROR);
    if (errors > errorsBefore) {
      return "%d samples gave NaN or infinite outputs, %d in the baseline"
          .formatted(errors, errorsBefore);
    }
    if (comparison.isSameModel()) {
      return fooled == 0
          ? ""
          : "%d newly fooled, of the same model: %s%s"
              .formatted(fooled, indices(comparison), otherEngine(comparison));
    }
    double p = comparison.pValue();
    if (p < LEVEL) {
      return String.format(
          Locale.ROOT,
          "the model is worse than that of the baseline: %d newly fooled, %d no longer fooled"
              + " (McNemar's exact one-sided test, p = %.3g)",
          fooled,
          noLonger,
          p);
    }
    return slack.isPresent() && fooled - noLonger > slack.getAsInt()
        ? "%d newly fooled and %d no longer fooled, %d more, with a slack of %d"
            .formatted(fooled, noLonger, fooled - noLonger, slack.getAsInt())
        : "";
  }

  private static String otherEngine(Comparison comparison) {
    return comparison.isSameEngine()
        ? ""
        : " (the baseline was computed by "
            + comparison.before().engine()
            + ", this audit by "
            + comparison.now().engine()
            + ": where an attack barely succeeds, verdicts may differ for that alone)";
  }

  private static String indices(Comparison comparison) {
    List<Long> fooled =
        comparison.changes().stream()
            .filter(Comparison.Change::isNewlyFooled)
            .map(Comparison.Change::index)
            .toList();
    int shown = Math.min(10, fooled.size());
    String some =
        String.join(", ", fooled.subList(0, shown).stream().map(String::valueOf).toList());
    return "sample"
        + (fooled.size() == 1 ? " " : "s ")
        + some
        + (shown < fooled.size() ? ", ..." : "");
  }
}
