package io.foolproof.report;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The report for people: all that its templates show.
 *
 * @param css the page's style
 * @param chart the accuracy curve, where there is one
 * @param classes the classes that are shown, by label
 * @param classesLeftOut how many classes there was no room for
 */
record HtmlReport(
    AuditResult result,
    ReportContext context,
    String css,
    String headline,
    List<Fact> threat,
    List<VerdictShare> verdicts,
    @Nullable CurveChart chart,
    List<WallCard> wall,
    List<ClassOutcome> classes,
    int classesLeftOut,
    Confusion confusion,
    List<String> limits,
    List<Fact> provenance) {

  /** More make a table that nobody reads. */
  static final int MOST_CLASSES = 40;

  static String render(AuditResult result, ReportContext context) {
    return Page.render("index.jte", of(result, context));
  }

  private static HtmlReport of(AuditResult result, ReportContext context) {
    List<ClassOutcome> classes = ClassOutcome.of(result);
    List<ClassOutcome> shown =
        classes.stream()
            .sorted(Comparator.comparingDouble(outcome -> outcome.standing().value()))
            .limit(MOST_CLASSES)
            .sorted(Comparator.comparingInt(ClassOutcome::label))
            .toList();
    return new HtmlReport(
        result,
        context,
        Page.style(),
        Headline.of(result),
        new ThreatWords(result).facts(),
        VerdictShare.of(result),
        CurveChart.of(result),
        WallCard.of(result),
        shown,
        classes.size() - shown.size(),
        Confusion.of(result),
        Limits.of(result),
        Provenance.of(result, context));
  }

  /** Whether every attack looked for the closest example of each image. */
  boolean closest() {
    return result.attacks().stream().anyMatch(attack -> attack.closest() != null);
  }

  /** The share of the adversarial images that still fool as 8-bit images, if there are any. */
  @Nullable Proportion rounding() {
    return result.surviveRounding();
  }

  /** The signs, those that were found first, and those that could not be looked for last. */
  List<Diagnostic> diagnostics() {
    return result.diagnostics().stream().sorted(Comparator.comparing(Diagnostic::state)).toList();
  }

  String state(Diagnostic diagnostic) {
    return switch (diagnostic.state()) {
      case FIRED -> "found";
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

  /** Which class the attacks found easiest, in a sentence; empty where nothing tells one. */
  String mostFragile() {
    if (classes.size() < 2 || (result.count(Verdict.FOOLED).count() == 0 && !closest())) {
      return "";
    }
    Comparator<ClassOutcome> fragile =
        closest()
            ? Comparator.comparingDouble(ClassOutcome::median)
            : Comparator.comparingDouble(outcome -> outcome.standing().value());
    ClassOutcome weakest = classes.stream().min(fragile).orElseThrow();
    return closest()
        ? "The most fragile class is %s: half of its images are fooled by a change of %s."
            .formatted(weakest.name(), Numbers.distance(weakest.median()))
        : "The most fragile class is %s: the attacks left %s of its images."
            .formatted(weakest.name(), Numbers.percent(weakest.standing()));
  }

  /** Whether there is a certificate for any sample. */
  boolean anyProved() {
    return result.count(Verdict.PROVED).count() > 0;
  }
}
