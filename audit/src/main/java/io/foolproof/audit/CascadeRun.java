package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.query.Square;
import io.foolproof.attack.suite.Cascade;
import io.foolproof.audit.journal.Finding;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The attacks of a {@link Cascade}: the first on all samples, the thorough ones on those that came
 * closest to being fooled, and a check on some of the others.
 *
 * <p>Samples are ranked by the margin at the best point that the first attacks found, over the
 * first logit less the third. Which margins belong to which group of ranks is read off a pilot, a
 * fixed random subset of the samples, so that it does not depend on batches, workers or the order
 * of samples; it is part of the name of every stage that depends on it.
 */
final class CascadeRun {
  /** The samples from which the margins of groups are read. */
  private static final int PILOT = 500;

  /** A group of ranks, as a fraction of the samples that the first attacks left. */
  private static final double GROUP = 0.06;

  /** Of few samples a group has this many. */
  private static final int SMALLEST_GROUP = 50;

  /** The part of a group, at its end, in which nothing may fall if the next shall be left out. */
  private static final double END_OF_GROUP = 1.0 / 3;

  /** Samples outside the searched groups that the reference is run on. */
  private static final int CHECKED = 50;

  private final AuditPlan plan;
  private final Cascade cascade;
  private final Stages stages;
  private final Witnesses witnesses;
  private final boolean[] broken;
  private final IntPredicate isAttacked;

  /** By place, how close the first attacks came: the margin relative to the spread of logits. */
  private final double[] closeness;

  /** The places of the samples that robust accuracy counts after the attacks summarised so far. */
  private final Set<Integer> remaining = new HashSet<>();

  private final List<AttackStage> attacks = new ArrayList<>();
  private final List<AttackSummary> summaries = new ArrayList<>();
  private @Nullable Searched searched;

  /**
   * A cascade that has not begun.
   *
   * @param broken takes note of places where logits were not finite
   * @param isAttacked whether the sample at a place is correctly classified and not fooled yet
   * @param spared the places of samples that need no attack, which count as not fooled
   */
  CascadeRun(
      AuditPlan plan,
      Cascade cascade,
      Stages stages,
      Witnesses witnesses,
      boolean[] broken,
      IntPredicate isAttacked,
      Set<Integer> spared) {
    this.plan = plan;
    this.cascade = cascade;
    this.stages = stages;
    this.witnesses = witnesses;
    this.broken = broken;
    this.isAttacked = isAttacked;
    this.closeness = new double[plan.data().size()];
    remaining.addAll(spared);
    Arrays.fill(closeness, Double.POSITIVE_INFINITY);
    for (int i = 0; i < cascade.size(); i++) {
      attacks.add(new AttackStage(plan, stages, witnesses, i));
    }
  }

  /** What each attack did, in the order in which they began. */
  List<AttackSummary> run() {
    IntStream.of(unfooled()).forEach(remaining::add);
    for (AttackStage attack : attacks.subList(0, cascade.thoroughFrom())) {
      stages.next();
      attack.run("", unfooled(), broken);
      attack.findings().forEach(this::rank);
      summarise(attack, "");
    }
    int[] ranked = unfooled();
    check(ranked.length, searchGroups(ranked));
    return summaries;
  }

  /** How far was searched; null where a query budget ended the search. */
  @Nullable Searched searched() {
    return stages.exhausted().isEmpty() ? searched : null;
  }

  private void rank(int place, Finding finding) {
    Double margin = finding.closeness();
    // A sample without a finite margin is searched with those that are closest.
    double close = margin == null || margin.isNaN() ? -Double.MAX_VALUE : margin;
    closeness[place] = Math.min(closeness[place], close);
  }

  /**
   * Attacks group after group thoroughly, as long as something falls at the end of one.
   *
   * @return those of the ranked samples that no group reached
   */
  private int[] searchGroups(int[] ranked) {
    List<AttackStage> thorough = attacks.subList(cascade.thoroughFrom(), cascade.lastFrom());
    List<AttackStage> last = attacks.subList(cascade.lastFrom(), cascade.referenceFrom());
    thorough.forEach(attack -> stages.next());
    last.forEach(attack -> stages.next());
    double[] pilot = pilot(ranked);
    double size = Math.max(GROUP, (double) SMALLEST_GROUP / Math.max(1, ranked.length));
    int[] others = ranked;
    boolean fell = true;
    int groups = 0;
    for (int number = 1; fell && others.length > 0; number++) {
      double to = quantile(pilot, number * size);
      double end = quantile(pilot, (number - END_OF_GROUP) * size);
      int[] group = where(others, place -> closeness[place] <= to);
      others = where(others, place -> closeness[place] > to);
      // Where margins tie over more than a group, the next one has no sample of its own.
      if (group.length > 0) {
        groups++;
        int[] atEnd = where(group, place -> closeness[place] >= end);
        String part = String.format(Locale.ROOT, ", relative margins up to %s", to);
        runAll(thorough, part, group);
        fell = anyFooled(atEnd);
        if (!fell || others.length == 0) {
          runAll(last, part, group);
          fell = anyFooled(atEnd);
        }
      }
    }
    boolean ranOnAll = groups <= 1 || last.stream().anyMatch(a -> !a.decided().isEmpty());
    if (ranOnAll) {
      // What they alone fool in one group, they may alone fool in those before it.
      runWhereNew(last, minus(ranked, others));
    }
    String on = others.length == 0 ? "" : "on those with the smallest margins";
    thorough.forEach(attack -> summarise(attack, on));
    last.forEach(attack -> summarise(attack, ranOnAll ? on : "on the last group of these"));
    return others;
  }

  /** Places without some of them, which are sorted. */
  private static int[] minus(int[] places, int[] without) {
    return where(places, place -> Arrays.binarySearch(without, place) < 0);
  }

  /** The relative margins of the pilot's samples that the first attacks left, ascending. */
  private double[] pilot(int[] ranked) {
    int[] drawn = drawn(IntStream.range(0, plan.data().size()).toArray(), "pilot", PILOT);
    Arrays.sort(drawn);
    return IntStream.of(ranked)
        .filter(place -> Arrays.binarySearch(drawn, place) >= 0)
        .mapToDouble(place -> closeness[place])
        .sorted()
        .toArray();
  }

  private static double quantile(double[] sorted, double fraction) {
    int rank = (int) Math.ceil(fraction * sorted.length);
    return rank >= sorted.length ? Double.POSITIVE_INFINITY : sorted[Math.max(0, rank - 1)];
  }

  /**
   * Runs the reference on some samples that were not searched, and on all where any of it falls.
   */
  private void check(int ranked, int[] others) {
    List<AttackStage> reference = attacks.subList(cascade.referenceFrom(), cascade.size());
    reference.forEach(attack -> stages.next());
    if (!stages.exhausted().isEmpty()) {
      return;
    }
    int[] drawn = drawn(others, "check", CHECKED);
    runAll(reference, "", drawn);
    int fell = where(drawn, witnesses::fooled).length;
    if (fell > 0) {
      runWhereNew(reference, unfooled());
    }
    searched =
        new Searched(ranked, ranked - others.length, drawn.length, fell, cascade.nameOfReference());
    if (drawn.length > 0) {
      String on =
          fell > 0
              ? "on all others, since " + fell + " of " + drawn.length + " drawn at random fell"
              : "on "
                  + (stages.exhausted().isEmpty() ? "" : "at most ")
                  + drawn.length
                  + " of the others, drawn at random";
      reference.forEach(attack -> summarise(attack, on));
    }
  }

  /** Runs attacks on samples that neither they nor attacks that do the same were run on. */
  private void runWhereNew(List<AttackStage> some, int[] places) {
    for (AttackStage attack : some) {
      runAll(List.of(attack), "", where(places, place -> isNewTo(attack, place)));
    }
  }

  private boolean isNewTo(AttackStage attack, int place) {
    return attacks.stream()
        .filter(other -> doesTheSame(other.attack(), attack.attack()))
        .noneMatch(other -> other.tried().contains(place));
  }

  /** Square's windows shrink on another schedule in the reference, over as many queries. */
  private static boolean doesTheSame(Attack one, Attack other) {
    return one.settings().equals(other.settings())
        || (one instanceof Square first
            && other instanceof Square second
            && first.queries() == second.queries());
  }

  private void runAll(List<AttackStage> some, String part, int[] places) {
    for (AttackStage attack : some) {
      attack.run(part, where(places, isAttacked), broken);
    }
  }

  /**
   * Adds what an attack did: where several took turns, as if each had run on all of its samples
   * before the next began.
   */
  private void summarise(AttackStage attack, String on) {
    remaining.removeAll(attack.decided());
    summaries.add(attack.summary(new Proportion(remaining.size(), plan.data().size()), on));
  }

  private boolean anyFooled(int[] places) {
    return IntStream.of(places).anyMatch(witnesses::fooled);
  }

  private int[] unfooled() {
    return where(IntStream.range(0, plan.data().size()).toArray(), isAttacked);
  }

  private static int[] where(int[] places, IntPredicate wanted) {
    return IntStream.of(places).filter(wanted).toArray();
  }

  /** Some of the places, drawn at random by the samples' indices alone, whatever their order. */
  private int[] drawn(int[] places, String purpose, int most) {
    return IntStream.of(places)
        .boxed()
        .sorted(
            Comparator.comparingLong(
                place ->
                    new RandomStream(plan.seed(), plan.data().index(place), purpose, 0).nextLong()))
        .limit(most)
        .mapToInt(place -> place)
        .sorted()
        .toArray();
  }
}
