package io.foolproof.report;

import io.foolproof.audit.AuditResult;
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

  /** Whether there is a certificate for any sample. */
  boolean anyProved() {
    return result.count(Verdict.PROVED).count() > 0;
  }
}
