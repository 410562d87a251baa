package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.audit.journal.Shard;
import io.foolproof.audit.journal.Tally;
import io.foolproof.audit.proof.ProofSearch;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One run of an audit: evaluates the clean samples, attacks those that are still correctly
 * classified with one attack after another, then some of them with the short attacks that judge
 * these, replays every success, and searches smaller perturbations for the accuracy curve.
 *
 * <p>A sample is fooled when any attack fools it (the pointwise worst case), so later attacks see
 * only what earlier ones left. Every finding goes to the journal as soon as it is made; what the
 * journal knows already is not done again. Neither the size of the batches nor the number of
 * workers changes a result.
 */
final class AuditRun {
  private final AuditPlan plan;
  private final Stages stages;

  /** What is known of each sample; places are those in the plan's data. */
  private final @Nullable Finding[] clean;

  /** Where logits under attack were not finite: what was not found may be there. */
  private final boolean[] broken;

  /** Of a randomised model; null of others. */
  private final @Nullable Decision decision;

  private final Witnesses witnesses;

  /** Null where nothing is to be proved. */
  private final @Nullable ProofStage proofs;

  AuditRun(AuditPlan plan, Stages stages, @Nullable ProofSearch proofs) {
    this.plan = plan;
    this.stages = stages;
    int n = plan.data().size();
    this.clean = new Finding[n];
    this.broken = new boolean[n];
    this.decision = stages.draws().map(judge -> new Decision(plan, stages, judge)).orElse(null);
    this.witnesses = new Witnesses(plan, decision);
    this.proofs = proofs == null ? null : new ProofStage(plan, stages, witnesses, proofs);
  }

  /** Does what the journal does not know yet. */
  AuditResult result() {
    stages.planQueries();
    evaluateClean();
    CleanAnswers answers = new CleanAnswers(plan, stages);
    if (plan.extent().diagnose()) {
      answers.compare(all());
    }
    if (proofs != null) {
      stages.next();
      proofs.run(places(this::correct));
    }
    CascadeRun cascade = null;
    List<AttackSummary> summaries = new ArrayList<>();
    if (plan.cascade() != null) {
      cascade =
          new CascadeRun(
              plan,
              plan.cascade(),
              stages,
              witnesses,
              broken,
              this::isAttacked,
              IntStream.of(places(this::isSpared)).boxed().collect(Collectors.toSet()));
      summaries.addAll(cascade.run());
    } else {
      for (int i = 0; i < plan.attacks().size(); i++) {
        summaries.add(attack(i));
      }
    }
    int[] judged = places(this::judged);
    ShortAttacks shortAttacks = new ShortAttacks(plan, stages, witnesses);
    Diagnosis diagnosis = new Diagnosis(plan, stages, witnesses, shortAttacks, judged);
    if (plan.extent().diagnose()) {
      stages.next();
      diagnosis.attack();
    }
    if (decision != null) {
      decide(decision);
    }
    stages.next();
    List<AuditResult.CurvePoint> curve =
        new AccuracyCurve(plan, stages, witnesses, shortAttacks, places(this::judged)).points();
    shortAttacks.summary(left()).ifPresent(summaries::add);
    List<SampleVerdict> verdicts =
        IntStream.range(0, plan.data().size()).mapToObj(this::verdict).toList();
    List<Diagnostic> diagnostics = new ArrayList<>();
    if (plan.extent().diagnose()) {
      diagnostics.addAll(diagnosis.signs());
      diagnostics.addAll(answers.signs(summaries));
    }
    Proofs proved = proofs == null ? null : proofs.summary();
    if (proved != null) {
      diagnostics.add(ProofStage.sign(proved));
    }
    boolean finished = stages.exhausted().isEmpty();
    List<Diagnostic> signs = new ArrayList<>(SetUpCheck.of(verdicts, plan));
    signs.addAll(finished ? diagnostics : Diagnosis.unfinished(stages.exhausted(), diagnostics));
    return new AuditResult(
        new AuditResult.Subject(
            plan.model().origin(), plan.model().input(), Engine.version(), plan.identity()),
        plan.threat(),
        plan.seed(),
        plan.data(),
        verdicts,
        compared(summaries),
        curve,
        signs,
        finished && decision != null
            ? decision.randomness(
                Arrays.stream(clean).map(f -> f == null ? null : f.tally()).toArray(Tally[]::new),
                place -> verdicts.get(place).verdict())
            : null,
        plan.otherRuntimes().isEmpty() ? "" : plan.otherRuntimes().get(0).name(),
        cascade == null ? null : cascade.searched(),
        proved);
  }

  /**
   * Does what depends on each sample alone, for the samples of a shard: the journals of all shards
   * together hold what the whole audit would have found there.
   *
   * <p>What depends on several samples is left to the whole: the diagnosis, whose probes are from
   * all over, the noise beside the curve, the decision on fresh draws, and where every attack looks
   * for the closest example, the curve, which ends at the farthest of them. Which proved samples
   * are attacked all the same is drawn from those of the shard; the whole takes what it needs.
   *
   * @return how many samples it has
   */
  int part(Shard shard) {
    int[] own = shard.places(plan.data().size(), 1);
    evaluate(own);
    if (plan.extent().diagnose()) {
      new CleanAnswers(plan, stages).compare(own);
    }
    if (proofs != null) {
      stages.next();
      proofs.run(of(own, this::correct));
    }
    for (int i = 0; i < plan.attacks().size(); i++) {
      stages.next();
      new AttackStage(plan, stages, witnesses, i).run("", of(own, this::isAttacked), broken);
    }
    if (decision == null && !plan.closest()) {
      stages.next();
      ShortAttacks none = new ShortAttacks(plan, stages, witnesses);
      new AccuracyCurve(plan, stages, witnesses, none, of(own, this::judged)).search();
    }
    return own.length;
  }

  // ---- Stages

  private void evaluate(int[] places) {
    stages.next();
    stages.clean(
        places,
        (place, finding) -> {
          clean[place] = finding;
          if (decision != null) {
            decision.offer(place, finding, null);
          }
        });
  }

  private void evaluateClean() {
    int[] all = all();
    evaluate(all);
    if (IntStream.of(all).anyMatch(place -> clean[place] == null)) {
      throw new InvalidInputException(stages.exhausted());
    }
    if (IntStream.of(all).noneMatch(this::finite)) {
      throw new InvalidInputException(
          plan.model().name()
              + " gives logits that are not finite for every clean "
              + Noun.of(plan.threat()).one()
              + ": its weights or its"
              + " normalisation are broken");
    }
  }

  /** Decides on what a randomised model was attacked with. */
  private void decide(Decision draws) {
    stages.next();
    draws.decide(
        places(this::finite),
        (place, finding) -> {
          broken[place] |= finding.outcome() == Outcome.NOT_FINITE;
          Attack by = draws.by(place);
          if (by == null) {
            // The clean image is the worst: it may be misclassified in most of these draws.
            clean[place] = finding;
          } else if (finding.outcome() == Outcome.FOOLED && correct(place)) {
            witnesses.decide(place, finding, by);
          }
        });
  }

  private AttackSummary attack(int number) {
    stages.next();
    AttackStage stage = new AttackStage(plan, stages, witnesses, number);
    stage.run("", places(this::isAttacked), broken);
    return stage.summary(left(), "");
  }

  /** The fraction of all samples that are correctly classified and that nothing has fooled yet. */
  private Proportion left() {
    int left = places(place -> unfooled(place) && judged(place)).length;
    return new Proportion(left, plan.data().size());
  }

  /** Adds what can be said of an attack only once all are over. */
  private List<AttackSummary> compared(List<AttackSummary> summaries) {
    if (!plan.closest() && decision == null) {
      return summaries;
    }
    List<AttackSummary> compared = new ArrayList<>();
    int fooled = 0;
    for (int i = 0; i < summaries.size(); i++) {
      // The short attacks, which may come last, are not in the plan.
      int number = i < plan.attacks().size() ? i : -1;
      AttackSummary summary = summaries.get(i);
      if (decision != null) {
        int by = places(place -> witnesses.fooled(place) && isBy(place, number)).length;
        fooled += by;
        summary = summary.decided(by, correctBut(fooled));
      }
      int best = places(place -> isBy(place, number)).length;
      compared.add(plan.closest() ? summary.withBestFor(best) : summary);
    }
    return compared;
  }

  /** The fraction of samples that would not be fooled if just some were. */
  private Proportion correctBut(int fooled) {
    int judged = places(this::judged).length;
    return new Proportion(judged - fooled, plan.data().size());
  }

  private boolean isBy(int place, int number) {
    Attack by = witnesses.by(place);
    return by != null && plan.number(by) == number;
  }

  // ---- What is known of a sample

  /** Whether the logits of the clean image were finite. */
  private boolean finite(int place) {
    return clean(place).outcome() != Outcome.NOT_FINITE;
  }

  private boolean correct(int place) {
    return finite(place) && clean(place).prediction() == plan.data().label(place);
  }

  /** Correctly classified, and either fooled or with finite logits under all attacks. */
  private boolean judged(int place) {
    return correct(place) && (!broken[place] || witnesses.fooled(place));
  }

  /**
   * Whether the next attack is to attack a sample: one that none before it fooled and that is not
   * proved, except where the closest or the worst example of every sample is wanted.
   */
  private boolean isAttacked(int place) {
    Tally tally = clean(place).tally();
    if (tally != null) {
      return finite(place) && tally.correct() > 0;
    }
    return plan.closest() ? correct(place) : unfooled(place) && !isSpared(place);
  }

  private boolean unfooled(int place) {
    return correct(place) && !witnesses.fooled(place);
  }

  /** Whether there is no need to attack a sample. */
  private boolean isSpared(int place) {
    return proofs != null && proofs.isSpared(place);
  }

  private SampleVerdict verdict(int place) {
    Finding evaluated = clean(place);
    Verdict verdict = Verdict.UNKNOWN;
    if (!finite(place)) {
      verdict = Verdict.ERROR;
    } else if (!correct(place)) {
      verdict = Verdict.MISCLASSIFIED;
    } else if (witnesses.fooled(place)) {
      verdict = Verdict.FOOLED;
    } else if (broken[place]) {
      verdict = Verdict.ERROR;
    } else if (proofs != null && proofs.counts(place)) {
      verdict = Verdict.PROVED;
    }
    return new SampleVerdict(
        plan.data().index(place),
        plan.data().label(place),
        evaluated.prediction(),
        evaluated.confidence(),
        verdict,
        witnesses.witness(place));
  }

  private int[] all() {
    return IntStream.range(0, plan.data().size()).toArray();
  }

  private static int[] of(int[] places, IntPredicate wanted) {
    return IntStream.of(places).filter(wanted).toArray();
  }

  private int[] places(IntPredicate wanted) {
    return of(all(), wanted);
  }

  private Finding clean(int place) {
    Finding finding = clean[place];
    if (finding == null) {
      throw new IllegalStateException("nothing is known of sample " + place);
    }
    return finding;
  }
}
