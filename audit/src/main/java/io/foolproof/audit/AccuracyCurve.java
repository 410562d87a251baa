package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.journal.Finding.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The fraction of samples that are not fooled at epsilons from 0 to the threat model's, or, where
 * every attack looked for the closest example, to the largest distance that was found; and what
 * plain noise leaves there, as a control.
 */
final class AccuracyCurve {
  /** Noise is measured on some samples only: it is a control, and costs as much as an attack. */
  private static final int NOISE_SAMPLES = 200;

  private static final String NOISE = "noise:draws=3";

  private final AuditPlan plan;
  private final Stages stages;
  private final Witnesses witnesses;
  private final int[] right;
  private final double last;

  /** For each sample the largest step that it is known to stand at, and the first that fools it. */
  private final int[] standingAt;

  private final int[] fooledAt;

  /**
   * A curve.
   *
   * @param right the places of the samples that are correctly classified
   */
  AccuracyCurve(AuditPlan plan, Stages stages, Witnesses witnesses, int[] right) {
    this.plan = plan;
    this.stages = stages;
    this.witnesses = witnesses;
    this.right = right;
    this.last = plan.closest() ? farthest() : plan.threat().epsilon();
    this.standingAt = new int[plan.data().size()];
    this.fooledAt = new int[plan.data().size()];
  }

  private double farthest() {
    return IntStream.of(right)
        .mapToDouble(witnesses::distance)
        .filter(Double::isFinite)
        .reduce(plan.threat().epsilon(), Math::max);
  }

  List<AuditResult.CurvePoint> points() {
    for (int place : places(p -> witnesses.distance(p) <= last)) {
      fooledAt[place] = stepOf(place);
      // There is nothing closer to be found by searching again.
      Attack by = witnesses.by(place);
      standingAt[place] = by != null && by.findsClosest() ? fooledAt[place] - 1 : 0;
    }
    bisectAll();
    List<Proportion> noise = noise();
    List<AuditResult.CurvePoint> points = new ArrayList<>();
    for (int step = 0; step <= plan.curveSteps(); step++) {
      int at = step;
      int left = places(p -> fooledAt[p] == 0 || fooledAt[p] > at).length;
      points.add(
          new AuditResult.CurvePoint(
              epsilon(step),
              new Proportion(left, plan.data().size()),
              noise.isEmpty() ? null : noise.get(step)));
    }
    return points;
  }

  /**
   * Finds for every fooled sample the smallest step at which its attack still fools it. What is not
   * fooled within epsilon is not fooled within less.
   */
  private void bisectAll() {
    int[] middle = new int[plan.data().size()];
    while (stages.exhausted().isEmpty()) {
      Arrays.fill(middle, 0);
      for (int place : places(p -> fooledAt[p] - standingAt[p] > 1)) {
        middle[place] = (standingAt[place] + fooledAt[place]) / 2;
      }
      if (places(p -> middle[p] > 0).length == 0) {
        return;
      }
      for (int step = 1; step < plan.curveSteps(); step++) {
        for (int number = 0; number < plan.attacks().size(); number++) {
          int at = step;
          Attack attack = plan.attacks().get(number);
          bisect(step, number, places(p -> middle[p] == at && witnesses.by(p) == attack));
        }
      }
    }
  }

  private void bisect(int step, int number, int[] places) {
    Attack attack = plan.attacks().get(number);
    ThreatModel threat = plan.threat().withEpsilon(epsilon(step));
    stages.attack(
        "curve " + step + " of " + plan.curveSteps() + " attack " + number,
        "accuracy curve, step " + step + " of " + plan.curveSteps(),
        attack,
        threat,
        places,
        (place, finding) -> {
          if (finding.outcome() == Outcome.FOOLED) {
            witnesses.remember(place, finding, attack);
            fooledAt[place] = Math.min(step, stepOf(place));
          } else {
            standingAt[place] = step;
          }
        });
  }

  /**
   * The fraction of some samples that are correctly classified in every draw of noise, for noise of
   * each size; empty where it cannot be measured.
   */
  private List<Proportion> noise() {
    Attack noise = Attacks.parse(NOISE);
    int[] some = Spread.over(plan.data().size(), NOISE_SAMPLES).toArray();
    int[] standing = places(place -> Arrays.binarySearch(some, place) >= 0);
    List<Proportion> left = new ArrayList<>();
    left.add(new Proportion(standing.length, some.length));
    if (!noise.covers(plan.threat()) || plan.curveSteps() == 1) {
      return List.of();
    }
    for (int step = 1; step <= plan.curveSteps(); step++) {
      if (last > 0) {
        List<Integer> kept = new ArrayList<>();
        stages.attack(
            "noise " + step + " of " + plan.curveSteps() + " to " + last,
            "noise, step " + step + " of " + plan.curveSteps(),
            noise,
            plan.threat().withEpsilon(epsilon(step)),
            standing,
            (place, finding) -> {
              if (finding.outcome() != Outcome.FOOLED) {
                kept.add(place);
              }
            });
        standing = kept.stream().mapToInt(Integer::intValue).toArray();
      }
      left.add(new Proportion(standing.length, some.length));
    }
    return stages.exhausted().isEmpty() ? left : List.of();
  }

  /** The first step whose epsilon reaches a sample's witness. */
  private int stepOf(int place) {
    int step = 1;
    while (step < plan.curveSteps() && epsilon(step) < witnesses.distance(place)) {
      step++;
    }
    return step;
  }

  private double epsilon(int step) {
    return step == plan.curveSteps() ? last : last * step / plan.curveSteps();
  }

  private int[] places(IntPredicate wanted) {
    return IntStream.of(right).filter(wanted).toArray();
  }
}
