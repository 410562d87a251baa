package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingFinding.Outcome;
import io.foolproof.audit.hull.FoolingPlan;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.report.Numbers;

/** Where adversarial examples lie, in words that claim no more than was found. */
final class FoolingWords {
  private FoolingWords() {}

  /** How many queries were fooled, and by what. */
  static String story(FoolingResult result) {
    FoolingPlan plan = result.plan();
    long classified =
        result.findings().stream().filter(finding -> finding.prediction() >= 0).count();
    long correct = classified - result.count(Outcome.MISCLASSIFIED);
    int lost = result.count(Outcome.NOT_REPLAYED);
    // A model that is given other pixels than it takes classifies next to nothing correctly.
    String doubt =
        2 * correct >= result.findings().size()
            ? ""
            : " It misclassifies most of the queries: it is a model of other images, or takes them"
                + " otherwise (--box, --mean, --layout).";
    return "%s (%s, epsilon %s) fools %s on %s of the %s that it classifies correctly%s.%s"
        .formatted(
            plan.attack().name(),
            plan.threat().symbol(),
            Numbers.decimal(plan.threat().epsilon()),
            plan.model().name(),
            Numbers.count(result.count(Outcome.FOOLED)),
            Numbers.count(correct, "query", "queries"),
            lost == 0
                ? ""
                : "; "
                    + Numbers.count(lost)
                    + " more no longer fooled it when rounded and replayed",
            doubt);
  }

  /** The comparison with noise. */
  static String comparison(FoolingResult result) {
    int without = result.fooled().size() - result.compared().size();
    return ("The attack moves %s farther from the hull, random noise of the same length %s. The"
            + " attack moves %s farther than the noise does. The noise fools the model on %s.%s")
        .formatted(
            HullWords.share(result.fartherByAttack()),
            HullWords.share(result.fartherByNoise()),
            HullWords.share(result.attackBeyondNoise()),
            HullWords.share(result.fooledByNoise()),
            without == 0
                ? ""
                : " "
                    + Numbers.count(without, "query is", "queries are")
                    + " left out, since no noise of that length stays inside the box.");
  }

  static String correlation(FoolingResult result) {
    return result
        .boundaryWithHull()
        .map(
            found ->
                "Pearson %s, Spearman %s (%s)"
                    .formatted(
                        Numbers.fixed(found.pearson(), 2),
                        Numbers.fixed(found.spearman(), 2),
                        Numbers.count(found.count(), "query", "queries")))
        .orElse("too few fooled queries for a correlation");
  }
}
