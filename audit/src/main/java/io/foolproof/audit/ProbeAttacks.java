package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.journal.Finding.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What attacks find on the probes of a {@link Diagnosis}: the audit's own, and short ones of
 * several kinds, each of which is run once, when it is first asked for. All results are places of
 * samples.
 */
final class ProbeAttacks {
  static final int[] STEPS = {10, 20, 40};
  static final int MOST_STEPS = STEPS[STEPS.length - 1];

  private static final String LONGEST = gradientSteps(MOST_STEPS);

  private static final String RESTARTED = gradientSteps(STEPS[STEPS.length - 2]) + ":restarts=3";

  /** A loss that has gradients wherever the logits have, however large these are. */
  private static final String BY_MARGIN = LONGEST + ":loss=margin";

  private static final String SCORES = "square:queries=100";
  private static final String NOISE = "noise:draws=10";
  private static final String ONE_STEP = "fgsm";
  private static final String TRANSFER = "transfer";

  private final AuditPlan plan;
  private final ShortAttacks shortAttacks;
  private final int[] probes;

  /** Probes at which the cross-entropy is exactly 0. */
  private int[] saturated = {};

  /** By place, the attack of the audit that fooled a sample before the diagnosis began. */
  private final Map<Integer, Attack> audited = new HashMap<>();

  /** By attack and epsilon, the probes that it fools by itself. */
  private final Map<String, Set<Integer>> fooled = new HashMap<>();

  /**
   * Attacks on these probes.
   *
   * @param right the places of all samples that are correctly classified
   */
  ProbeAttacks(
      AuditPlan plan, ShortAttacks shortAttacks, Witnesses witnesses, int[] right, int[] probes) {
    this.plan = plan;
    this.shortAttacks = shortAttacks;
    this.probes = probes;
    for (int place : right) {
      Attack by = witnesses.by(place);
      if (by != null && witnesses.fooled(place)) {
        audited.put(place, by);
      }
    }
  }

  /**
   * Runs all of them.
   *
   * @param saturated at which probes the cross-entropy is exactly 0
   */
  void run(boolean[] saturated) {
    IntStream.of(STEPS).forEach(this::bySteps);
    List.of(RESTARTED, NOISE, ONE_STEP).forEach(this::fooledBy);
    byScoresAlone();
    if (!plan.surrogates().isEmpty()) {
      byTransfer();
    }
    this.saturated =
        IntStream.range(0, probes.length).filter(i -> saturated[i]).map(i -> probes[i]).toArray();
    byMarginAlone();
    withoutBound();
  }

  /** At how many probes the cross-entropy is exactly 0. */
  int saturated() {
    return saturated.length;
  }

  /** Which of some samples are fooled, by an attack of the audit that is wanted. */
  Set<Integer> audited(int[] places, Predicate<Attack> wanted) {
    Set<Integer> known = new TreeSet<>();
    for (int place : places) {
      Attack by = audited.get(place);
      if (by != null && wanted.test(by)) {
        known.add(place);
      }
    }
    return known;
  }

  Set<Integer> bySteps(int steps) {
    return fooledBy(gradientSteps(steps));
  }

  Set<Integer> byMostSteps() {
    return fooledBy(LONGEST);
  }

  Set<Integer> byRestarts() {
    return fooledBy(RESTARTED);
  }

  Set<Integer> byNoise() {
    return fooledBy(NOISE);
  }

  Set<Integer> byOneStep() {
    return fooledBy(ONE_STEP);
  }

  Set<Integer> byTransfer() {
    return fooledBy(TRANSFER);
  }

  /** What gradients fool, here or in the attacks of the audit. */
  Set<Integer> byGradients() {
    Set<Integer> fooled = byMostSteps();
    fooled.addAll(audited(probes, by -> by.knowledge() == Knowledge.WHITE_BOX));
    return fooled;
  }

  /** Of the probes that gradients do not fool, those that scores do. */
  Set<Integer> byScoresAlone() {
    Set<Integer> known = byGradients();
    int[] left = IntStream.of(probes).filter(place -> !known.contains(place)).toArray();
    return fooledBy(SCORES, plan.threat(), left);
  }

  /** What the longest of them fool, which climb the cross-entropy. */
  Set<Integer> byCrossEntropy() {
    Set<Integer> fooled = byMostSteps();
    fooled.addAll(byRestarts());
    return fooled;
  }

  /**
   * Probes that are fooled through the margin, and neither through the cross-entropy, which is 0
   * there, nor by the audit's own attacks.
   */
  Set<Integer> byMarginAlone() {
    Set<Integer> known = byCrossEntropy();
    known.addAll(audited.keySet());
    int[] left = IntStream.of(saturated).filter(place -> !known.contains(place)).toArray();
    return fooledBy(BY_MARGIN, plan.threat(), left);
  }

  /** At any distance: by cross-entropy or, where that saturates, by margin. */
  Set<Integer> withoutBound() {
    ThreatModel unbounded = plan.threat().withEpsilon(plan.widest());
    Set<Integer> fooled = fooledBy(LONGEST, unbounded, probes);
    int[] left = IntStream.of(probes).filter(place -> !fooled.contains(place)).toArray();
    fooled.addAll(fooledBy(BY_MARGIN, unbounded, left));
    return fooled;
  }

  private static String gradientSteps(int steps) {
    return "apgd:steps=" + steps;
  }

  private Set<Integer> fooledBy(String attack) {
    return fooledBy(attack, plan.threat(), probes);
  }

  /** Which of some probes an attack fools by itself. */
  private Set<Integer> fooledBy(String settings, ThreatModel threat, int[] places) {
    String stage = "diagnosis " + settings + " at " + threat.epsilon();
    return new TreeSet<>(
        fooled.computeIfAbsent(stage, first -> attack(first, settings, threat, places)));
  }

  private Set<Integer> attack(String stage, String settings, ThreatModel threat, int[] places) {
    Set<Integer> fooled = new TreeSet<>();
    shortAttacks.run(
        stage,
        "diagnosis: " + settings,
        Attacks.parse(settings).withSurrogates(plan.surrogates()),
        threat,
        places,
        (place, finding) -> {
          if (finding.outcome() == Outcome.FOOLED) {
            fooled.add(place);
          }
        });
    return fooled;
  }
}
