package io.foolproof.report.audit;

import io.foolproof.attack.Features;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import io.foolproof.audit.Noun;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.Page;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The report for people: all that its templates show.
 *
 * @param chart the accuracy curve, where there is one
 * @param wall adversarial images; none of a table
 * @param rows adversarial rows of a table; none of images
 * @param features of a table; none of images
 * @param classes the classes that are shown, by label
 * @param classesLeftOut how many classes there was no room for
 * @param classSentences which class the attacks found easiest; may be empty
 */
record HtmlReport(
    AuditResult result,
    ReportContext context,
    String headline,
    List<Fact> threat,
    List<VerdictShare> verdicts,
    @Nullable CurveChart chart,
    List<WallCard> wall,
    List<RowCard> rows,
    List<TableWords.Line> features,
    List<ClassOutcome> classes,
    int classesLeftOut,
    List<String> classSentences,
    Confusion confusion,
    List<String> limits,
    List<Fact> provenance) {

  /** More make a table that nobody reads. */
  static final int MOST_CLASSES = 40;

  static String render(AuditResult result, ReportContext context) {
    return Page.render("audit/index.jte", of(result, context));
  }

  private static HtmlReport of(AuditResult result, ReportContext context) {
    Features table = result.features();
    List<ClassOutcome> classes = ClassOutcome.of(result);
    List<ClassOutcome> shown =
        classes.stream()
            .sorted(Comparator.comparingDouble(outcome -> outcome.robust().value()))
            .limit(MOST_CLASSES)
            .sorted(Comparator.comparingInt(ClassOutcome::label))
            .toList();
    return new HtmlReport(
        result,
        context,
        Headline.of(result),
        new ThreatWords(result).facts(),
        VerdictShare.of(result),
        CurveChart.of(result),
        table == null ? WallCard.of(result) : List.of(),
        RowCard.of(result),
        table == null ? List.of() : TableWords.of(result, table).lines(),
        shown,
        classes.size() - shown.size(),
        FragileClass.sentences(result, classes),
        Confusion.of(result),
        Limits.of(result),
        Provenance.of(result, context));
  }

  /** What the samples are called. */
  Noun noun() {
    return result.noun();
  }

  /** The heading of a column that counts them. */
  String nounHeading() {
    return noun().many().substring(0, 1).toUpperCase(Locale.ROOT) + noun().many().substring(1);
  }

  /** Whether every attack was a minimal-norm attack. */
  boolean closest() {
    return result.attacks().stream().anyMatch(attack -> attack.closest() != null);
  }

  /** The fraction of adversarial images that still fool as 8-bit images; null without any. */
  @Nullable Proportion rounding() {
    return result.surviveRounding();
  }

  /** How far a cascade of attacks searched, in words; null where there was none. */
  @Nullable String search() {
    return result.searched() == null ? null : new SearchWords(result.searched(), noun()).text();
  }

  /** The signs: those found first, then those not found, then those not measured. */
  List<Diagnostic> diagnostics() {
    return result.diagnostics().stream().sorted(Comparator.comparing(Diagnostic::state)).toList();
  }

  /** The fractions of the verdicts, for those who do not see the bar: 77.6 % fooled, ... */
  String verdictsInWords() {
    return verdicts.stream()
        .filter(verdict -> verdict.share().count() > 0)
        .map(verdict -> Numbers.percent(verdict.share()) + " " + verdict.id())
        .collect(Collectors.joining(", "));
  }

  /** What a gate made of the audit, in a sentence; null where there is none. */
  @Nullable String gate() {
    Gate.Outcome outcome = context.gate();
    if (outcome == null) {
      return null;
    }
    String required = Numbers.percent(outcome.gate().failUnder());
    return outcome.passed()
        ? "Gate passed: a robust accuracy of at least " + required + " is required."
        : "Gate failed: " + outcome.reason() + ".";
  }

  String state(Diagnostic diagnostic) {
    return switch (diagnostic.state()) {
      case FIRED -> context.allows(diagnostic) ? "found, allowed" : "found";
      case QUIET -> "not found";
      case NOT_MEASURED -> "not measured";
    };
  }

  String stateClass(Diagnostic diagnostic) {
    return switch (diagnostic.state()) {
      case FIRED -> "fired";
      case QUIET -> "quiet";
      case NOT_MEASURED -> "none";
    };
  }

  /** A series as points of an SVG polyline, its steps side by side, from 0 to 100 % in height. */
  String spark(Diagnostic diagnostic) {
    List<Diagnostic.Point> series = diagnostic.series();
    int last = Math.max(1, series.size() - 1);
    return IntStream.range(0, series.size())
        .mapToObj(
            i ->
                Numbers.fixed(140.0 * i / last, 1)
                    + ","
                    + Numbers.fixed(40 * (1 - series.get(i).fooled()), 1))
        .collect(Collectors.joining(" "));
  }

  /** The same for those who do not see it. */
  String sparkInWords(Diagnostic diagnostic) {
    return "Fraction of probes fooled, by gradient steps: "
        + diagnostic.series().stream()
            .map(point -> point.steps() + ": " + Numbers.percent(point.fooled()))
            .collect(Collectors.joining(", "));
  }

  /** What the search for proofs came to; null where there was none. */
  @Nullable String proofs() {
    return result.proofs() == null ? null : ProofWords.of(result.proofs(), result.noun());
  }

  /** Whether there is a certificate for any sample. */
  boolean anyProved() {
    return result.count(Verdict.PROVED).count() > 0;
  }
}
