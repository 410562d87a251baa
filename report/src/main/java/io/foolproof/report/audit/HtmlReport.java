package io.foolproof.report.audit;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.Page;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The report for people: all that its templates show.
 *
 * @param css the page's style
 * @param chart the accuracy curve, where there is one
 * @param classes the classes that are shown, by label
 * @param classesLeftOut how many classes there was no room for
 * @param mostFragile which class the attacks found easiest, in a sentence; may be empty
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
    String mostFragile,
    Confusion confusion,
    List<String> limits,
    List<Fact> provenance) {

  /** More make a table that nobody reads. */
  static final int MOST_CLASSES = 40;

  static String render(AuditResult result, ReportContext context) {
    return Page.render("audit/index.jte", of(result, context));
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
        mostFragile(result, classes),
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

  /** Which class the attacks found easiest, in a sentence; empty where nothing tells one. */
  private static String mostFragile(AuditResult result, List<ClassOutcome> classes) {
    if (classes.size() < 2) {
      return "";
    }
    boolean closest = result.attacks().stream().anyMatch(attack -> attack.closest() != null);
    if (closest) {
      ClassOutcome weakest =
          classes.stream().min(Comparator.comparingDouble(ClassOutcome::median)).orElseThrow();
      if (weakest.median() == 0) {
        return "The most fragile class is %s: half of its images are wrong as they are."
            .formatted(weakest.name());
      }
      return Double.isFinite(weakest.median())
          ? "The most fragile class is %s: a change of %s is enough for half of its images."
              .formatted(weakest.name(), Numbers.distance(weakest.median()))
          : "";
    }
    if (result.count(Verdict.FOOLED).count() == 0) {
      return "";
    }
    ClassOutcome weakest =
        classes.stream()
            .min(Comparator.comparingDouble(outcome -> outcome.standing().value()))
            .orElseThrow();
    return "The most fragile class is %s: the attacks left %s of its images."
        .formatted(weakest.name(), Numbers.percent(weakest.standing()));
  }

  /** Whether there is a certificate for any sample. */
  boolean anyProved() {
    return result.count(Verdict.PROVED).count() > 0;
  }
}
