package io.foolproof.report.hull;

import io.foolproof.audit.hull.Correlation;
import io.foolproof.audit.hull.FoolingFinding.Outcome;
import io.foolproof.audit.hull.FoolingPlan;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.report.hull.HullJson.Share;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where fooling takes images, for programs. Its records are its schema. */
record FoolingJson(
    String model,
    String modelSha256,
    String attack,
    String norm,
    double epsilon,
    long seed,
    Map<String, Integer> outcomes,
    @Nullable Compared compared,
    @Nullable Correlation boundaryWithHullDistance) {

  /** Figures of the fooled queries that have a control. */
  record Compared(
      int queries,
      FoolingFigures distances,
      Share fartherByAttack,
      Share fartherByNoise,
      Share attackBeyondNoise,
      Share fooledByNoise,
      @Nullable Projected hullPointRight) {}

  /** How often the model gives a nearest hull point the correct label. */
  record Projected(Share clean, Share adversarial, Share noise) {}

  static FoolingJson of(FoolingResult result) {
    FoolingPlan plan = result.plan();
    Map<String, Integer> outcomes = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(id(outcome), result.count(outcome));
    }
    return new FoolingJson(
        plan.model().name(),
        plan.model().origin().identity(),
        plan.attack().settings(),
        plan.threat().id(),
        plan.threat().epsilon(),
        plan.seed(),
        outcomes,
        result.compared().isEmpty() ? null : compared(result),
        result.boundaryWithHull().orElse(null));
  }

  /** An outcome in files: misclassified, standing, not-replayed, fooled, not-a-number. */
  static String id(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Compared compared(FoolingResult result) {
    return new Compared(
        result.compared().size(),
        FoolingFigures.of(result),
        Share.of(result.fartherByAttack()),
        Share.of(result.fartherByNoise()),
        Share.of(result.attackBeyondNoise()),
        Share.of(result.fooledByNoise()),
        result.hullPointsAreImages()
            ? new Projected(
                Share.of(result.cleanProjectedRight()),
                Share.of(result.adversarialProjectedRight()),
                Share.of(result.noiseProjectedRight()))
            : null);
  }
}
