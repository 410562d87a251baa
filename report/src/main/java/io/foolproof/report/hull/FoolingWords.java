package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingFinding.Outcome;
import io.foolproof.audit.hull.FoolingPlan;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.report.Numbers;

/** Where fooling takes images, in words that claim no more than was found. */
final class FoolingWords {
  private FoolingWords() {}

  /** How many queries were fooled, by what. */
  static String story(FoolingResult result) {
    FoolingPlan plan = result.plan();
    long classified =
        result.findings().stream().filter(finding -> finding.prediction() >= 0).count();
    long right = classified - result.count(Outcome.MISCLASSIFIED);
    int lost = result.count(Outcome.NOT_REPLAYED);
    return "%s (%s, epsilon %s) fools %s in %s of the %s it gets right%s."
        .formatted(
            plan.attack().name(),
            plan.threat().symbol(),
            Numbers.decimal(plan.threat().epsilon()),
            plan.model().name(),
            Numbers.count(result.count(Outcome.FOOLED)),
            Numbers.count(right, "query", "queries"),
            lost == 0
                ? ""
                : "; " + Numbers.count(lost) + " more did not hold when rounded and replayed");
  }

  /** What to make of the comparison with noise. */
  static String comparison(FoolingResult result) {
    int without = result.fooled().size() - result.compared().size();
    return ("The attack takes %s farther from the hull, random noise of the same length %s. The"
            + " attack takes %s farther than the noise does. The noise fools the model in %s.%s")
        .formatted(
            HullWords.share(result.fartherByAttack()),
            HullWords.share(result.fartherByNoise()),
            HullWords.share(result.attackBeyondNoise()),
            HullWords.share(result.fooledByNoise()),
            without == 0
                ? ""
                : " "
                    + Numbers.count(without, "query is", "queries are")
                    + " left out, since no noise of that length fits into the box.");
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
        .orElse("too few fooled queries to tell");
  }
}
