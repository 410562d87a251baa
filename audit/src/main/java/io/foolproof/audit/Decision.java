package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Goal;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Example;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.audit.journal.Tally;
import io.foolproof.model.Classifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which samples of a randomised model are fooled.
 *
 * <p>Every stage offers its best candidate of every sample, whether it fooled or not, with what
 * some draws said of it. The worst candidate, the clean image being one, is evaluated on fresh
 * draws once all attacks are over: what is decided does not depend on how many attacks there were,
 * and the figures are not those that the candidate was chosen for.
 */
final class Decision {
  private final AuditPlan plan;
  private final Stages stages;
  private final DrawJudge judge;

  /** The worst candidate of each sample, by its place in the data; first the clean image. */
  private final @Nullable Finding[] worst;

  /** What found it; null of the clean image. */
  private final @Nullable Attack[] foundBy;

  /** What fresh draws say of it. */
  private final @Nullable Tally[] decided;

  private final @Nullable Tally[] elsewhere;
  private int contradicted;
  private boolean isDecided;

  Decision(AuditPlan plan, Stages stages, DrawJudge judge) {
    this.plan = plan;
    this.stages = stages;
    this.judge = judge;
    int n = plan.data().size();
    this.worst = new Finding[n];
    this.foundBy = new Attack[n];
    this.decided = new Tally[n];
    this.elsewhere = new Tally[n];
  }

  /** Takes what a stage found of a sample, within epsilon. */
  void offer(int place, Finding finding, @Nullable Attack by) {
    Finding before = worst[place];
    if (before == null || fooledDraws(finding) > fooledDraws(before)) {
      worst[place] = finding;
      foundBy[place] = by;
    }
  }

  private static int fooledDraws(Finding finding) {
    return finding.tally() == null ? -1 : finding.tally().fooled();
  }

  /** Whether a sample would be called fooled by the draws that chose its candidate. */
  boolean isProbablyFooled(int place) {
    Finding candidate = worst[place];
    return candidate != null && candidate.outcome() == Outcome.FOOLED;
  }

  /** What found the worst candidate of a sample; null where that is the clean image. */
  @Nullable Attack by(int place) {
    return foundBy[place];
  }

  /** Whether all has been decided. */
  boolean isDecided() {
    return isDecided;
  }

  /**
   * Evaluates the worst candidate of each sample on fresh draws, in other runtimes too: a sample
   * that these contradict beyond chance is not fooled.
   *
   * @param receiver of what was decided
   */
  void decide(int[] places, Stages.Receiver receiver) {
    Finding[] findings = new Finding[plan.data().size()];
    stages.run(
        "decision",
        "decision on fresh draws",
        places,
        some -> judge.decided(stages.samples(some), candidates(some)),
        (place, finding) -> {
          findings[place] = finding;
          decided[place] = finding.tally();
        });
    for (Classifier runtime : plan.otherRuntimes()) {
      stages.run(
          "decision in " + runtime.name(),
          "decision in " + runtime.name(),
          places,
          some -> judge.elsewhere(runtime, stages.samples(some), candidates(some)),
          (place, finding) -> elsewhere[place] = finding.tally());
    }
    isDecided = true;
    for (int place : places) {
      if (findings[place] != null) {
        receiver.take(place, confirmed(place, findings[place]));
      }
    }
  }

  private List<Example> candidates(int[] places) {
    return IntStream.of(places).mapToObj(this::candidate).toList();
  }

  private Example candidate(int place) {
    Finding finding = worst[place];
    Example example = finding == null ? null : finding.example();
    return example == null ? new Example(plan.data().pixels(place), false, null) : example;
  }

  private Finding confirmed(int place, Finding finding) {
    Tally own = finding.tally();
    Tally other = elsewhere[place];
    if (finding.outcome() != Outcome.FOOLED
        || own == null
        || other == null
        || !Randomness.contradict(own, other)) {
      return finding;
    }
    contradicted++;
    return new Finding(
        finding.index(),
        Outcome.NOT_FOOLED,
        finding.prediction(),
        finding.confidence(),
        finding.cost(),
        finding.example(),
        own);
  }

  /**
   * The figures over draws, once all has been decided.
   *
   * @param clean what fresh draws said of the clean samples; null where nothing could be said
   */
  Randomness randomness(@Nullable Tally[] clean, IntFunction<Verdict> verdicts) {
    Classifier runtime = plan.otherRuntimes().isEmpty() ? null : plan.otherRuntimes().get(0);
    int[] correct = Arrays.stream(clean).mapToInt(t -> t == null ? 0 : t.correct()).toArray();
    return new Randomness(
        RandomisedModel.DRAWS,
        Randomness.Share.of(RandomisedModel.DRAWS, correct),
        Randomness.Share.of(RandomisedModel.DRAWS, right(decided, verdicts)),
        judge.isReproducible(),
        runtime == null
            ? null
            : Randomness.Elsewhere.of(
                runtime.name(), RandomisedModel.DRAWS, right(elsewhere, verdicts), contradicted));
  }

  /** How many draws are right of each sample; none where nothing can be said of it. */
  private int[] right(@Nullable Tally[] tallies, IntFunction<Verdict> verdicts) {
    boolean targeted = plan.threat().goal() instanceof Goal.Targeted;
    return IntStream.range(0, tallies.length)
        .map(
            place -> {
              Tally tally = tallies[place];
              if (tally == null) {
                return 0;
              }
              if (!targeted) {
                return tally.correct();
              }
              boolean wrong = verdicts.apply(place) == Verdict.MISCLASSIFIED;
              return wrong ? 0 : tally.draws() - tally.fooled();
            })
        .toArray();
  }
}
