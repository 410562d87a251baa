package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.closest.Nearer;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.journal.Finding.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private static final String FOOLED_BY = "what is fooled has a witness";

  private final AuditPlan plan;
  private final Stages stages;
  private final Witnesses witnesses;
  private final ShortAttacks shortAttacks;
  private final int[] right;
  private final double last;

  /**
   * For each sample the largest step at which its attack is known to fail, and the smallest at
   * which it is fooled; 0 where it is not.
   */
  private final int[] unfooledAt;

  private final int[] fooledAt;

  /**
   * A curve.
   *
   * @param right the places of the samples that are correctly classified
   */
  AccuracyCurve(
      AuditPlan plan, Stages stages, Witnesses witnesses, ShortAttacks shortAttacks, int[] right) {
    this.plan = plan;
    this.stages = stages;
    this.witnesses = witnesses;
    this.shortAttacks = shortAttacks;
    this.right = right;
    this.last = plan.closest() ? farthest() : plan.threat().epsilon();
    this.unfooledAt = new int[plan.data().size()];
    this.fooledAt = new int[plan.data().size()];
  }

  private double farthest() {
    return IntStream.of(right)
        .mapToDouble(witnesses::distance)
        .filter(Double::isFinite)
        .reduce(plan.threat().epsilon(), Math::max);
  }

  /** Finds for every fooled sample the smallest step at which it still is. */
  void search() {
    for (int place : places(p -> witnesses.distance(p) <= last)) {
      fooledAt[place] = stepOf(place);
      Attack by = witnesses.by(place);
      unfooledAt[place] = by != null && isFinal(plan, by) ? fooledAt[place] - 1 : 0;
    }
    searchNearer();
    attackBelow();
  }

  List<AuditResult.CurvePoint> points() {
    search();
    // After that, so that no sample's smallest step is searched with noise.
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
   * Whether an attack's witness stays as it is: where it was the closest to be found, and where a
   * search for a closer one would cost queries.
   */
  private static boolean isFinal(AuditPlan plan, Attack by) {
    return by.findsClosest() && (plan.closest() || by.knowledge() != Knowledge.WHITE_BOX);
  }

  /** How many images of a metered model a curve sends at most. */
  static long mostQueries(AuditPlan plan) {
    int steps = plan.curveSteps();
    if (steps == 1) {
      return 0;
    }
    long perSample =
        plan.attacks().stream()
            .filter(attack -> !isFinal(plan, attack))
            .mapToLong(MeteredSearches::most)
            .map(most -> (steps - 1) * most + steps + MeteredSearches.CONFIRMATION)
            .max()
            .orElse(0);
    Attack noise = Attacks.parse(NOISE);
    long controls = noise.covers(plan.threat()) ? steps * MeteredSearches.most(noise) : 0;
    int n = plan.data().size();
    return n * perSample + Math.min(n, NOISE_SAMPLES) * controls;
  }

  /**
   * Looks along the lines from the clean images to their adversarial examples, which costs a few
   * evaluations and spares most of the attacks. Not where pixels move or are counted, which no line
   * makes fewer, nor where success is a matter of chance.
   */
  private void searchNearer() {
    Nearer nearer =
        new Nearer(IntStream.rangeClosed(1, plan.curveSteps()).mapToObj(this::epsilon).toList());
    if (nearer.covers(plan.threat()) && stages.draws().isEmpty()) {
      stages.attack(
          "curve nearer, to " + last,
          "accuracy curve: nearer examples",
          nearer,
          plan.threat().withEpsilon(last),
          places(p -> fooledAt[p] - unfooledAt[p] > 1),
          this::fromWitnesses,
          (place, finding) -> {
            Attack by = Objects.requireNonNull(witnesses.by(place), FOOLED_BY);
            if (finding.outcome() == Outcome.FOOLED) {
              witnesses.remember(place, finding, by);
              fooledAt[place] = stepOf(place);
            }
          });
    }
  }

  /** The samples at some places, to begin at their witnesses. */
  private Samples fromWitnesses(int[] places) {
    Samples samples = stages.samples(places);
    float[][] images =
        IntStream.of(places)
            .mapToObj(place -> Objects.requireNonNull(witnesses.witness(place), FOOLED_BY).image())
            .toArray(float[][]::new);
    int[] all = IntStream.range(0, places.length).toArray();
    return samples.within(all, samples.epsilons(), images);
  }

  /**
   * Finds for every fooled sample the smallest step at which its attack still fools it, one step
   * below another. What is not fooled within epsilon is not fooled within less.
   */
  private void attackBelow() {
    for (int step = plan.curveSteps() - 1; step > 0 && stages.exhausted().isEmpty(); step--) {
      int at = step;
      Map<Attack, List<Integer>> open = new LinkedHashMap<>();
      for (int place : places(p -> fooledAt[p] == at + 1 && unfooledAt[p] < at)) {
        Attack by = Objects.requireNonNull(witnesses.by(place), FOOLED_BY);
        open.computeIfAbsent(by, first -> new ArrayList<>()).add(place);
      }
      open.forEach((attack, places) -> attackAt(at, attack, array(places)));
    }
  }

  private static int[] array(List<Integer> places) {
    return places.stream().mapToInt(Integer::intValue).toArray();
  }

  private void attackAt(int step, Attack attack, int[] places) {
    int number = plan.number(attack);
    String id = number < 0 ? attack.settings() : String.valueOf(number);
    ThreatModel threat = plan.threat().withEpsilon(epsilon(step));
    stages.attack(
        "curve " + step + " of " + plan.curveSteps() + " attack " + id,
        "accuracy curve, step " + step + " of " + plan.curveSteps(),
        attack,
        threat,
        places,
        (place, finding) -> {
          if (finding.outcome() == Outcome.FOOLED) {
            witnesses.remember(place, finding, attack);
            fooledAt[place] = Math.min(step, stepOf(place));
          } else {
            unfooledAt[place] = step;
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
    int[] unfooled = places(place -> Arrays.binarySearch(some, place) >= 0);
    List<Proportion> left = new ArrayList<>();
    left.add(new Proportion(unfooled.length, some.length));
    if (!noise.covers(plan.threat()) || plan.curveSteps() == 1) {
      return List.of();
    }
    for (int step = 1; step <= plan.curveSteps(); step++) {
      if (last > 0) {
        List<Integer> kept = new ArrayList<>();
        int at = step;
        shortAttacks.run(
            "noise " + step + " of " + plan.curveSteps() + " to " + last,
            "noise, step " + step + " of " + plan.curveSteps(),
            noise,
            plan.threat().withEpsilon(epsilon(step)),
            unfooled,
            (place, finding) -> {
              if (finding.outcome() != Outcome.FOOLED) {
                kept.add(place);
              } else if (!witnesses.areDecided()) {
                witnesses.remember(place, finding, noise);
                fooledAt[place] = fooledAt[place] == 0 ? at : Math.min(fooledAt[place], at);
              }
            });
        unfooled = array(kept);
      }
      left.add(new Proportion(unfooled.length, some.length));
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
