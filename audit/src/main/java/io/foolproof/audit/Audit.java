package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.journal.JournalEntry;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs an audit: evaluates the clean samples, attacks those that are still standing with one attack
 * after another, replays every success, and searches smaller perturbations for the accuracy curve.
 *
 * <p>A sample is fooled when any attack fools it (the pointwise worst case), so later attacks see
 * only what earlier ones left. Every finding goes to the journal as soon as it is made; what the
 * journal knows already is not done again. Neither the size of the batches nor the number of
 * workers changes a result.
 */
public final class Audit {
  private final AuditPlan plan;
  private final Stages stages;

  /** What is known of each sample; places are those in the plan's data. */
  private final @Nullable JournalEntry[] clean;

  /** Where the model's answer to an attack was no number: what was not found may be there. */
  private final boolean[] broken;

  private final Witnesses witnesses;

  private Audit(AuditPlan plan, Stages stages) {
    this.plan = plan;
    this.stages = stages;
    int n = plan.data().size();
    this.clean = new JournalEntry[n];
    this.broken = new boolean[n];
    this.witnesses = new Witnesses(plan);
  }

  /** Runs, or resumes, an audit. */
  public static AuditResult run(
      AuditPlan plan, Journal journal, Workers workers, Progress progress) {
    return run(plan, journal, workers, plan.model().microBatch(), progress);
  }

  /** As {@link #run(AuditPlan, Journal, Workers, Progress)}, with batches of another size. */
  static AuditResult run(
      AuditPlan plan, Journal journal, Workers workers, int batch, Progress progress) {
    return new Audit(plan, new Stages(plan, journal, workers, batch, progress)).run();
  }

  private AuditResult run() {
    evaluateClean();
    List<AttackSummary> summaries = new ArrayList<>();
    for (int i = 0; i < plan.attacks().size(); i++) {
      summaries.add(attack(i, plan.attacks().get(i)));
    }
    List<AuditResult.CurvePoint> curve =
        new AccuracyCurve(plan, stages, witnesses, places(this::judged)).points();
    List<SampleVerdict> verdicts =
        IntStream.range(0, plan.data().size()).mapToObj(this::verdict).toList();
    List<Diagnostic> diagnostics =
        plan.extent().diagnose()
            ? new Diagnosis(plan, stages, witnesses, places(this::judged)).run()
            : List.of();
    boolean finished = stages.exhausted().isEmpty();
    return new AuditResult(
        plan.subject(),
        plan.threat(),
        plan.seed(),
        plan.data(),
        verdicts,
        plan.closest() ? withShares(summaries) : summaries,
        curve,
        finished ? diagnostics : Diagnosis.unfinished(stages.exhausted(), diagnostics),
        finished && plan.extent().diagnose() ? Randomness.of(plan, verdicts) : null,
        plan.otherRuntimes().isEmpty() ? "" : plan.otherRuntimes().get(0).name());
  }

  // ---- Stages

  private void evaluateClean() {
    int[] all = IntStream.range(0, plan.data().size()).toArray();
    stages.run(
        "clean", "clean images", all, this::evaluate, (place, entry) -> clean[place] = entry);
    if (IntStream.of(all).anyMatch(place -> clean[place] == null)) {
      throw new InvalidInputException(stages.exhausted());
    }
    if (IntStream.of(all).noneMatch(this::answered)) {
      throw new InvalidInputException(
          plan.model().name()
              + " answers every clean image with logits that are not finite numbers: its weights or"
              + " its normalisation are broken");
    }
  }

  private List<JournalEntry> evaluate(int[] places) {
    Samples samples = stages.samples(places);
    Replay.Answer[] answers = stages.answers(samples);
    return IntStream.range(0, places.length)
        .mapToObj(i -> cleanEntry(samples.indices()[i], answers[i]))
        .toList();
  }

  private static JournalEntry cleanEntry(long index, Replay.Answer answer) {
    JournalEntry.Outcome outcome =
        answer.prediction() < 0 ? JournalEntry.Outcome.NOT_A_NUMBER : JournalEntry.Outcome.STANDING;
    return new JournalEntry(
        "clean",
        index,
        outcome,
        answer.prediction(),
        answer.confidence(),
        1,
        0,
        0,
        false,
        null,
        null);
  }

  private AttackSummary attack(int number, Attack attack) {
    int[] places = places(plan.closest() ? this::right : this::standing);
    ThreatModel threat = plan.closest() ? plan.threat().withEpsilon(plan.widest()) : plan.threat();
    List<JournalEntry> entries = new ArrayList<>();
    // A sample that is not attacked any more has no example: an infinite distance, not zero.
    double[] distances = new double[places.length];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    stages.attack(
        "attack " + number + " " + attack.settings(),
        attack.name(),
        attack,
        threat,
        places,
        (place, entry) -> {
          broken[place] |= entry.outcome() == JournalEntry.Outcome.NOT_A_NUMBER;
          distances[entries.size()] = witnesses.remember(place, entry, attack);
          entries.add(entry);
        });
    int left = places(place -> standing(place) && judged(place)).length;
    return new AttackSummary(
        attack.name(),
        attack.settings(),
        entries.size(),
        (int) Arrays.stream(distances).filter(d -> d <= plan.threat().epsilon()).count(),
        count(entries, JournalEntry.Outcome.NOT_REPLAYED),
        count(entries, JournalEntry.Outcome.NOT_A_NUMBER),
        new Proportion(left, plan.data().size()),
        entries.stream().mapToLong(JournalEntry::nanos).sum() / 1e9,
        entries.stream().mapToLong(JournalEntry::forwards).sum(),
        entries.stream().mapToLong(JournalEntry::backwards).sum(),
        plan.closest() ? AttackSummary.Closest.of(distances) : null);
  }

  private static int count(List<JournalEntry> entries, JournalEntry.Outcome outcome) {
    return (int) entries.stream().filter(e -> e.outcome() == outcome).count();
  }

  /** Adds for how many samples an attack came closest of all, the first where several did. */
  private List<AttackSummary> withShares(List<AttackSummary> summaries) {
    List<AttackSummary> shared = new ArrayList<>();
    for (int i = 0; i < summaries.size(); i++) {
      Attack attack = plan.attacks().get(i);
      shared.add(
          summaries.get(i).withBestFor(places(place -> witnesses.by(place) == attack).length));
    }
    return shared;
  }

  // ---- What is known of a sample

  /** Whether the model's answer to the clean image was a number. */
  private boolean answered(int place) {
    return entry(clean, place).outcome() != JournalEntry.Outcome.NOT_A_NUMBER;
  }

  private boolean right(int place) {
    return answered(place) && entry(clean, place).prediction() == plan.data().label(place);
  }

  /** Right, and either fooled or answered with numbers by all attacks. */
  private boolean judged(int place) {
    return right(place) && (!broken[place] || witnesses.fooled(place));
  }

  private boolean standing(int place) {
    return right(place) && !witnesses.fooled(place);
  }

  private SampleVerdict verdict(int place) {
    JournalEntry evaluated = entry(clean, place);
    Verdict verdict = Verdict.UNKNOWN;
    if (!answered(place)) {
      verdict = Verdict.ERROR;
    } else if (!right(place)) {
      verdict = Verdict.MISCLASSIFIED;
    } else if (witnesses.fooled(place)) {
      verdict = Verdict.FOOLED;
    } else if (broken[place]) {
      verdict = Verdict.ERROR;
    }
    return new SampleVerdict(
        plan.data().index(place),
        plan.data().label(place),
        evaluated.prediction(),
        evaluated.confidence(),
        verdict,
        witnesses.witness(place));
  }

  private int[] places(java.util.function.IntPredicate wanted) {
    return IntStream.range(0, plan.data().size()).filter(wanted).toArray();
  }

  private static JournalEntry entry(@Nullable JournalEntry[] entries, int place) {
    JournalEntry entry = entries[place];
    if (entry == null) {
      throw new IllegalStateException("nothing is known of sample " + place);
    }
    return entry;
  }
}
