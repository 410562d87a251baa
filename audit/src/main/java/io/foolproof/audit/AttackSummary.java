package io.foolproof.audit;

import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one attack of an audit did.
 *
 * <p>Where the short attacks of the diagnosis, or the noise beside the accuracy curve, fooled
 * samples that the audit's own attacks had not, the last summary is theirs, under the name {@code
 * diagnosis}.
 *
 * @param name its name in the catalogue
 * @param settings its settings, as they are given on the command line
 * @param tried how many samples it attacked: those that no attack before it fooled
 * @param fooled how many of them it fooled, with witnesses that were replayed
 * @param notReplayed how many successes it claimed that did not hold when replayed alone
 * @param errors how many attacks of a sample met logits that were not finite
 * @param robustAccuracy the fraction of all samples that are correctly classified and that it and
 *     those before it did not fool
 * @param seconds the time its batches took, added up over the workers
 * @param forwards how often a sample was evaluated
 * @param backwards how often a sample's gradient was taken
 * @param closest what it found at any distance, where every attack looked for the closest example
 * @param note in what it differed from its settings on this model, in words; may be empty
 */
public record AttackSummary(
    String name,
    String settings,
    int tried,
    int fooled,
    int notReplayed,
    int errors,
    Proportion robustAccuracy,
    double seconds,
    long forwards,
    long backwards,
    @Nullable Closest closest,
    String note) {

  /** The name of the short attacks' summary, which is no attack of the catalogue. */
  static final String SHORT_ATTACKS = "diagnosis";

  /** Whether this is of the short attacks that judge the audit's own. */
  public boolean isOfShortAttacks() {
    return name.equals(SHORT_ATTACKS);
  }

  /**
   * The distances of the examples that an attack found.
   *
   * @param found for how many samples it found any
   * @param median of the distances of all samples that it tried; a failure counts as infinite
   * @param bestFor for how many samples no other attack came closer
   */
  public record Closest(int found, double median, int bestFor) {

    static Closest of(double[] distances) {
      double[] sorted = Arrays.stream(distances).sorted().toArray();
      int n = sorted.length;
      double median = n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      return new Closest((int) Arrays.stream(sorted).filter(Double::isFinite).count(), median, 0);
    }
  }

  /**
   * Of what an attack found.
   *
   * @param distances of the closest example that it found of each sample; infinite where none
   * @param left what it and those before it did not fool
   * @param note in what it differed from its settings, in words; may be empty
   */
  static AttackSummary of(
      String name,
      String settings,
      int tried,
      List<Finding> findings,
      double[] distances,
      Proportion left,
      AuditPlan plan,
      String note) {
    double epsilon = plan.threat().epsilon();
    return new AttackSummary(
        name,
        settings,
        tried,
        (int) Arrays.stream(distances).filter(d -> d <= epsilon).count(),
        count(findings, Outcome.NOT_REPLAYED),
        count(findings, Outcome.NOT_FINITE),
        left,
        total(findings, Finding.Cost::nanos) / 1e9,
        total(findings, Finding.Cost::forwards),
        total(findings, Finding.Cost::backwards),
        plan.closest() ? Closest.of(distances) : null,
        note);
  }

  private static int count(List<Finding> findings, Outcome outcome) {
    return (int) findings.stream().filter(finding -> finding.outcome() == outcome).count();
  }

  private static long total(List<Finding> findings, ToLongFunction<Finding.Cost> part) {
    return findings.stream().map(Finding::cost).mapToLong(part).sum();
  }

  /**
   * Of a randomised model: a sample that was decided to be fooled counts for the attack that found
   * the candidate, and for no other.
   */
  AttackSummary decided(int samples, Proportion left) {
    return new AttackSummary(
        name,
        settings,
        tried,
        samples,
        notReplayed,
        errors,
        left,
        seconds,
        forwards,
        backwards,
        closest,
        note);
  }

  AttackSummary withBestFor(int samples) {
    return new AttackSummary(
        name,
        settings,
        tried,
        fooled,
        notReplayed,
        errors,
        robustAccuracy,
        seconds,
        forwards,
        backwards,
        closest == null ? null : new Closest(closest.found, closest.median, samples),
        note);
  }
}
