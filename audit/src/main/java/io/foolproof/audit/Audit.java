package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
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
  private final Journal journal;
  private final Workers workers;
  private final int batch;
  private final Progress progress;
  private final Replay replay;

  /** What is known of each sample; places are those in the plan's data. */
  private final @Nullable JournalEntry[] clean;

  private final @Nullable JournalEntry[] fooled;
  private final @Nullable Attack[] fooledBy;
  private final boolean[] broken;

  private Audit(AuditPlan plan, Journal journal, Workers workers, int batch, Progress progress) {
    this.plan = plan;
    this.journal = journal;
    this.workers = workers;
    this.batch = batch;
    this.progress = progress;
    List<Classifier> runtimes = new ArrayList<>(List.of(plan.model()));
    runtimes.addAll(plan.otherRuntimes());
    this.replay = new Replay(runtimes);
    int n = plan.data().size();
    this.clean = new JournalEntry[n];
    this.fooled = new JournalEntry[n];
    this.fooledBy = new Attack[n];
    this.broken = new boolean[n];
  }

  /** Runs, or resumes, an audit. */
  public static AuditResult run(
      AuditPlan plan, Journal journal, Workers workers, Progress progress) {
    return run(plan, journal, workers, Workers.MICRO_BATCH, progress);
  }

  /** As {@link #run(AuditPlan, Journal, Workers, Progress)}, with batches of another size. */
  static AuditResult run(
      AuditPlan plan, Journal journal, Workers workers, int batch, Progress progress) {
    return new Audit(plan, journal, workers, batch, progress).run();
  }

  private AuditResult run() {
    evaluateClean();
    List<AttackSummary> summaries = new ArrayList<>();
    for (int i = 0; i < plan.attacks().size(); i++) {
      summaries.add(attack(i, plan.attacks().get(i)));
    }
    List<AuditResult.CurvePoint> curve = curve();
    List<SampleVerdict> verdicts =
        IntStream.range(0, plan.data().size()).mapToObj(this::verdict).toList();
    return new AuditResult(
        plan.subject(),
        plan.threat(),
        plan.seed(),
        plan.data(),
        verdicts,
        summaries,
        curve,
        plan.otherRuntimes().isEmpty() ? "" : plan.otherRuntimes().get(0).name());
  }

  // ---- Stages

  private void evaluateClean() {
    int[] all = IntStream.range(0, plan.data().size()).toArray();
    stage("clean", "clean images", all, this::evaluate, (place, entry) -> clean[place] = entry);
    for (int place : all) {
      broken[place] = entry(clean, place).outcome() == JournalEntry.Outcome.NOT_A_NUMBER;
    }
    if (IntStream.of(all).allMatch(place -> broken[place])) {
      throw new InvalidInputException(
          plan.model().name()
              + " answers every clean image with logits that are not finite numbers: its weights or"
              + " its normalisation are broken");
    }
  }

  private List<JournalEntry> evaluate(int[] places) {
    Samples samples = samples(places);
    int d = plan.model().input().elements();
    float[] values = new float[places.length * d];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(samples.images()[i], 0, values, i * d, d);
    }
    Tensor images = Tensor.of(values, plan.model().input().batchShape(places.length));
    Replay.Answer[] answers = Replay.answers(plan.model().logits(images));
    return IntStream.range(0, places.length)
        .mapToObj(i -> cleanEntry(samples.indices()[i], answers[i]))
        .toList();
  }

  private static JournalEntry cleanEntry(long index, Replay.Answer answer) {
    JournalEntry.Outcome outcome =
        answer.prediction() < 0 ? JournalEntry.Outcome.NOT_A_NUMBER : JournalEntry.Outcome.STANDING;
    return new JournalEntry(
        "clean", index, outcome, answer.prediction(), answer.confidence(), 1, 0, 0, null);
  }

  private AttackSummary attack(int number, Attack attack) {
    int[] standing = places(this::standing);
    String stage = "attack " + number + " " + attack.settings();
    List<JournalEntry> entries = new ArrayList<>();
    stage(
        stage,
        attack.name(),
        standing,
        places -> attack(stage, attack, plan.threat(), places),
        (place, entry) -> {
          entries.add(entry);
          broken[place] = entry.outcome() == JournalEntry.Outcome.NOT_A_NUMBER;
          remember(place, entry, attack);
        });
    Proportion robust = new Proportion(places(this::standing).length, plan.data().size());
    return new AttackSummary(
        attack.name(),
        attack.settings(),
        standing.length,
        count(entries, JournalEntry.Outcome.FOOLED),
        count(entries, JournalEntry.Outcome.NOT_REPLAYED),
        count(entries, JournalEntry.Outcome.NOT_A_NUMBER),
        robust,
        entries.stream().mapToLong(JournalEntry::nanos).sum() / 1e9,
        entries.stream().mapToLong(JournalEntry::forwards).sum(),
        entries.stream().mapToLong(JournalEntry::backwards).sum());
  }

  private static int count(List<JournalEntry> entries, JournalEntry.Outcome outcome) {
    return (int) entries.stream().filter(e -> e.outcome() == outcome).count();
  }

  private List<JournalEntry> attack(String stage, Attack attack, ThreatModel threat, int[] places) {
    long start = System.nanoTime();
    Samples samples = samples(places);
    List<AttackResult> results = attack.run(plan.model(), samples, threat, plan.seed());
    List<JournalEntry> entries = new ArrayList<>();
    long share = (System.nanoTime() - start) / places.length;
    for (int i = 0; i < places.length; i++) {
      entries.add(judged(stage, threat, samples, i, results.get(i), share));
    }
    return entries;
  }

  private JournalEntry judged(
      String stage, ThreatModel threat, Samples samples, int i, AttackResult result, long nanos) {
    Replay.Answer answer = Replay.NONE;
    JournalEntry.Outcome outcome = JournalEntry.Outcome.STANDING;
    if (result.status() == AttackResult.Status.NOT_A_NUMBER) {
      outcome = JournalEntry.Outcome.NOT_A_NUMBER;
    } else if (result.status() == AttackResult.Status.FOOLED) {
      answer = replay.confirm(threat, samples.images()[i], samples.labels()[i], result.image());
      outcome =
          answer.prediction() < 0 ? JournalEntry.Outcome.NOT_REPLAYED : JournalEntry.Outcome.FOOLED;
    }
    return new JournalEntry(
        stage,
        samples.indices()[i],
        outcome,
        answer.prediction(),
        answer.confidence(),
        result.forwards(),
        result.backwards(),
        nanos,
        outcome == JournalEntry.Outcome.FOOLED ? JournalEntry.bytes(result.image()) : null);
  }

  // ---- The curve

  /**
   * Finds for every fooled sample the smallest step of the curve at which its attack still fools
   * it, by bisection. What is not fooled within epsilon is not fooled within less.
   */
  private List<AuditResult.CurvePoint> curve() {
    int n = plan.data().size();
    int[] standingAt = new int[n];
    int[] fooledAt = new int[n];
    for (int place : places(p -> fooled[p] != null)) {
      fooledAt[place] = stepOf(place);
    }
    while (true) {
      int[] middle = new int[n];
      for (int place : places(p -> fooledAt[p] - standingAt[p] > 1)) {
        middle[place] = (standingAt[place] + fooledAt[place]) / 2;
      }
      if (places(p -> middle[p] > 0).length == 0) {
        return points(fooledAt);
      }
      for (int step = 1; step < plan.curveSteps(); step++) {
        for (int number = 0; number < plan.attacks().size(); number++) {
          int at = step;
          Attack attack = plan.attacks().get(number);
          int[] places = places(p -> middle[p] == at && fooledBy[p] == attack);
          bisect(step, number, places, standingAt, fooledAt);
        }
      }
    }
  }

  private void bisect(int step, int number, int[] places, int[] standingAt, int[] fooledAt) {
    Attack attack = plan.attacks().get(number);
    ThreatModel threat = plan.threat().withEpsilon(epsilon(step));
    String stage = "curve " + step + " of " + plan.curveSteps() + " attack " + number;
    stage(
        stage,
        "curve at epsilon " + threat.epsilon(),
        places,
        some -> attack(stage, attack, threat, some),
        (place, entry) -> {
          if (entry.outcome() == JournalEntry.Outcome.FOOLED) {
            remember(place, entry, attack);
            fooledAt[place] = Math.min(step, stepOf(place));
          } else {
            standingAt[place] = step;
          }
        });
  }

  /** The first step whose epsilon reaches a sample's witness. */
  private int stepOf(int place) {
    float[] image = entry(fooled, place).floats();
    double distance = Distances.between(plan.data().pixels(place), image).in(plan.threat().norm());
    int step = 1;
    while (step < plan.curveSteps() && epsilon(step) < distance) {
      step++;
    }
    return step;
  }

  private double epsilon(int step) {
    return step == plan.curveSteps()
        ? plan.threat().epsilon()
        : plan.threat().epsilon() * step / plan.curveSteps();
  }

  private List<AuditResult.CurvePoint> points(int[] fooledAt) {
    List<AuditResult.CurvePoint> points = new ArrayList<>();
    for (int step = 0; step <= plan.curveSteps(); step++) {
      int at = step;
      int left =
          places(p -> right(p) && !broken[p] && (fooled[p] == null || fooledAt[p] > at)).length;
      points.add(
          new AuditResult.CurvePoint(epsilon(step), new Proportion(left, plan.data().size())));
    }
    return points;
  }

  // ---- What is known of a sample

  private boolean right(int place) {
    return entry(clean, place).prediction() == plan.data().label(place);
  }

  private boolean standing(int place) {
    return right(place) && !broken[place] && fooled[place] == null;
  }

  private void remember(int place, JournalEntry entry, Attack attack) {
    if (entry.outcome() == JournalEntry.Outcome.FOOLED) {
      fooled[place] = entry;
      fooledBy[place] = attack;
    }
  }

  private SampleVerdict verdict(int place) {
    JournalEntry found = entry(clean, place);
    JournalEntry witness = fooled[place];
    Verdict verdict = Verdict.UNKNOWN;
    if (broken[place]) {
      verdict = Verdict.ERROR;
    } else if (!right(place)) {
      verdict = Verdict.MISCLASSIFIED;
    } else if (witness != null) {
      verdict = Verdict.FOOLED;
    }
    return new SampleVerdict(
        plan.data().index(place),
        plan.data().label(place),
        found.prediction(),
        found.confidence(),
        verdict,
        witness == null ? null : witness(place, witness));
  }

  private SampleVerdict.Witness witness(int place, JournalEntry entry) {
    Attack attack = fooledBy[place];
    if (attack == null) {
      throw new IllegalStateException("nobody fooled sample " + entry.index());
    }
    float[] image = entry.floats();
    return new SampleVerdict.Witness(
        attack.name(),
        image,
        entry.prediction(),
        entry.confidence(),
        Distances.between(plan.data().pixels(place), image));
  }

  // ---- Running a stage

  @FunctionalInterface
  private interface Finding {
    void take(int place, JournalEntry entry);
  }

  /**
   * Does for these samples what the journal does not know yet, then hands over all findings of the
   * stage in the order of the samples.
   */
  private void stage(
      String stage,
      String title,
      int[] places,
      java.util.function.Function<int[], List<JournalEntry>> work,
      Finding findings) {
    Map<Long, JournalEntry> known = new HashMap<>(journal.stage(stage));
    int[] open =
        IntStream.of(places)
            .filter(place -> !known.containsKey(plan.data().index(place)))
            .toArray();
    if (open.length > 0) {
      progress.begin(title, open.length);
      workers.forEach(
          open.length,
          batch,
          (from, to) -> work.apply(Arrays.copyOfRange(open, from, to)),
          entries -> {
            journal.append(entries);
            entries.forEach(entry -> known.put(entry.index(), entry));
            progress.advance(entries.size());
          });
      progress.end();
    }
    for (int place : places) {
      JournalEntry entry = known.get(plan.data().index(place));
      if (entry == null) {
        throw new IllegalStateException("stage " + stage + " lost sample " + place);
      }
      findings.take(place, entry);
    }
  }

  private int[] places(java.util.function.IntPredicate wanted) {
    return IntStream.range(0, plan.data().size()).filter(wanted).toArray();
  }

  private Samples samples(int[] places) {
    return new Samples(
        IntStream.of(places).mapToObj(pixels()).toArray(float[][]::new),
        IntStream.of(places).map(plan.data()::label).toArray(),
        IntStream.of(places).mapToLong(plan.data()::index).toArray());
  }

  private IntFunction<float[]> pixels() {
    return plan.data()::pixels;
  }

  private static JournalEntry entry(@Nullable JournalEntry[] entries, int place) {
    JournalEntry entry = entries[place];
    if (entry == null) {
      throw new IllegalStateException("nothing is known of sample " + place);
    }
    return entry;
  }
}
