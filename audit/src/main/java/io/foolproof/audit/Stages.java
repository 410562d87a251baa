package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Levels;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.audit.journal.Journal;
import io.foolproof.model.remote.QueryBudgetExhausted;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Does the work of an audit, stage by stage and batch by batch: what the journal knows is not done
 * again, and what is found goes there at once.
 */
final class Stages {
  /** What a file of 8-bit images holds. */
  private static final int EIGHT_BIT = 256;

  private final AuditPlan plan;
  private final Journal journal;
  private final Workers workers;
  private final int batch;
  private final Progress progress;
  private final Replay replay;
  private final Levels eightBit;
  private int number;
  private String exhausted = "";

  Stages(AuditPlan plan, Journal journal, Workers workers, int batch, Progress progress) {
    this.plan = plan;
    this.journal = journal;
    this.workers = workers;
    this.batch = batch;
    this.progress = progress;
    this.replay = Replay.of(plan);
    this.eightBit = new Levels(EIGHT_BIT, plan.model().input());
  }

  /** Tells that the next stage of the audit begins. */
  void next() {
    // The clean images, the accuracy curve, and the diagnosis.
    int others = plan.extent().diagnose() ? 3 : 2;
    progress.stage(++number, plan.attacks().size() + others);
  }

  /** Takes what a stage found for one sample. */
  @FunctionalInterface
  interface Receiver {
    void take(int place, Finding finding);
  }

  /**
   * Does for these samples what the journal does not know yet, then hands over all findings of the
   * stage in the order of the samples; without those that a query budget did not suffice for.
   *
   * @param stage tells this stage from all others of the audit
   * @param title what to call it on the way
   * @param places of samples in the plan's data
   * @param work on some of the places, one finding each
   */
  void run(
      String stage,
      String title,
      int[] places,
      Function<int[], List<Finding>> work,
      Receiver receiver) {
    Map<Long, Finding> known = new HashMap<>(journal.stage(stage));
    int[] open =
        IntStream.of(places)
            .filter(place -> !known.containsKey(plan.data().index(place)))
            .toArray();
    if (open.length > 0 && exhausted.isEmpty()) {
      progress.begin(title, open.length);
      try {
        workers.forEachShared(
            open.length,
            batch,
            (from, to) -> work.apply(Arrays.copyOfRange(open, from, to)),
            findings -> {
              journal.append(stage, findings);
              findings.forEach(finding -> known.put(finding.index(), finding));
              progress.advance(findings.size());
            });
      } catch (QueryBudgetExhausted e) {
        exhausted = String.valueOf(e.getMessage());
      } finally {
        progress.end();
      }
    }
    for (int place : places) {
      Finding finding = known.get(plan.data().index(place));
      if (finding != null) {
        receiver.take(place, finding);
      } else if (exhausted.isEmpty()) {
        throw new IllegalStateException("stage " + stage + " lost sample " + place);
      }
    }
  }

  /** As {@link #run}: attacks these samples, and replays what fools. */
  void attack(
      String stage,
      String title,
      Attack attack,
      ThreatModel threat,
      int[] places,
      Receiver receiver) {
    run(stage, title, places, some -> attacked(attack, threat, some), receiver);
  }

  private List<Finding> attacked(Attack attack, ThreatModel threat, int[] places) {
    long start = System.nanoTime();
    Samples samples = samples(places);
    List<AttackResult> results = attack.run(plan.model(), samples, threat, plan.seed());
    List<Finding> findings = new ArrayList<>();
    long nanos = (System.nanoTime() - start) / places.length;
    Replay.Answer[] answers = new Replay.Answer[places.length];
    for (int i = 0; i < answers.length; i++) {
      AttackResult result = results.get(i);
      answers[i] =
          result.status() == AttackResult.Status.FOOLED
              ? replay.confirm(threat, samples.images()[i], samples.labels()[i], result)
              : Replay.NONE;
    }
    boolean[] surviving = surviveRounding(samples, results, answers);
    for (int i = 0; i < answers.length; i++) {
      findings.add(finding(samples.indices()[i], results.get(i), answers[i], surviving[i], nanos));
    }
    return findings;
  }

  private static Finding finding(
      long index, AttackResult result, Replay.Answer answer, boolean survivesRounding, long nanos) {
    Outcome outcome =
        switch (result.status()) {
          case NOT_A_NUMBER -> Outcome.NOT_FINITE;
          case STANDING -> Outcome.NOT_FOOLED;
          case FOOLED -> answer.prediction() < 0 ? Outcome.NOT_REPLAYED : Outcome.FOOLED;
        };
    return new Finding(
        index,
        outcome,
        answer.prediction(),
        answer.confidence(),
        new Finding.Cost(result.forwards(), result.backwards(), nanos),
        outcome == Outcome.FOOLED
            ? new Finding.Example(result.image(), survivesRounding, moved(result))
            : null);
  }

  private static @Nullable Double moved(AttackResult result) {
    return result.flow() == null ? null : (Double) result.flow().length();
  }

  /** What the model says of samples, without any attack. */
  Replay.Answer[] answers(Samples samples) {
    return replay.of(samples.images());
  }

  /** Which of the witnesses that held still fool as 8-bit images; asked about together. */
  private boolean[] surviveRounding(
      Samples samples, List<AttackResult> results, Replay.Answer[] answers) {
    int[] held =
        IntStream.range(0, answers.length).filter(i -> answers[i].prediction() >= 0).toArray();
    boolean[] surviving = new boolean[answers.length];
    if (held.length > 0) {
      float[][] rounded =
          IntStream.of(held)
              .mapToObj(i -> eightBit.nearest(results.get(i).image()))
              .toArray(float[][]::new);
      Replay.Answer[] again = replay.of(rounded);
      for (int k = 0; k < held.length; k++) {
        int label = samples.labels()[held[k]];
        surviving[held[k]] = Replay.fooled(plan.threat().goal(), label, again[k]);
      }
    }
    return surviving;
  }

  /** That a query budget ran out, in words; empty where none did. */
  String exhausted() {
    return exhausted;
  }

  /** The samples at some places. */
  Samples samples(int[] places) {
    return Samples.of(plan.data(), places);
  }
}
