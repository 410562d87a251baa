package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Example;
import io.foolproof.audit.journal.Journal;
import io.foolproof.model.Classifier;
import io.foolproof.model.remote.QueryBudgetExhausted;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Does the work of an audit, stage by stage and batch by batch: what the journal knows is not done
 * again, and what is found goes there at once.
 */
final class Stages {
  /** The stage that evaluates clean samples. */
  static final String CLEAN = "clean";

  private final AuditPlan plan;
  private final Journal journal;
  private final Workers workers;
  private final int batch;
  private final Progress progress;
  private final Judge judge;

  /** Of a metered model; null of others. */
  private final @Nullable MeteredSearches metered;

  private int number;
  private String exhausted = "";

  /**
   * Of an audit.
   *
   * @param metered attacks the model where it is metered; null where it is not
   */
  Stages(
      AuditPlan plan,
      Journal journal,
      Workers workers,
      int batch,
      @Nullable MeteredSearches metered,
      Progress progress) {
    this.plan = plan;
    this.journal = journal;
    this.workers = workers;
    this.batch = batch;
    this.progress = progress;
    this.judge = Judge.of(plan);
    this.metered = metered;
  }

  /** Tells that the next stage of the audit begins. */
  void next() {
    // The clean images, the accuracy curve, the diagnosis, the decision on fresh draws, and proofs.
    int others = (plan.extent().diagnose() ? 3 : 2) + (draws().isPresent() ? 1 : 0);
    others += plan.proofs() == null ? 0 : 1;
    progress.stage(++number, plan.attacks().size() + others);
  }

  /**
   * Says what the query budget of a metered model reaches, before anything is sent.
   *
   * @throws InvalidInputException when it suffices for no search at all
   */
  void planQueries() {
    String text = metered == null ? "" : new QueryPlan(plan, journal, metered).text();
    if (!text.isEmpty()) {
      progress.note(text);
    }
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
    run(
        stage,
        title,
        places,
        (open, found) ->
            workers.forEachShared(
                open.length,
                batch,
                (from, to) -> work.apply(Arrays.copyOfRange(open, from, to)),
                found),
        receiver);
  }

  /** Works on the samples at some places, and hands over findings as soon as they are there. */
  @FunctionalInterface
  private interface Work {
    void on(int[] places, Consumer<List<Finding>> found);
  }

  private void run(String stage, String title, int[] places, Work work, Receiver receiver) {
    Map<Long, Finding> known = new HashMap<>(journal.stage(stage));
    known.values().forEach(this::requireWholeImage);
    int[] open =
        IntStream.of(places)
            .filter(place -> !known.containsKey(plan.data().index(place)))
            .toArray();
    if (open.length > 0 && exhausted.isEmpty()) {
      progress.begin(title, open.length);
      try {
        work.on(
            open,
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

  /**
   * Does something for each sample, several at a time, that keeps a journal of its own.
   *
   * @param found told what came of which sample, on this thread
   */
  <T> void each(String title, int[] places, IntFunction<T> work, BiConsumer<Integer, T> found) {
    progress.begin(title, places.length);
    try {
      workers.forEachShared(
          places.length,
          1,
          (from, to) -> Map.entry(places[from], work.apply(places[from])),
          one -> {
            found.accept(one.getKey(), one.getValue());
            progress.advance(1);
          });
    } finally {
      progress.end();
    }
  }

  private void requireWholeImage(Finding finding) {
    Example example = finding.example();
    int expected = plan.model().input().elements();
    if (example != null && example.image().length != expected) {
      throw journal.refusal(
          finding, "its image has " + example.image().length + " values, expected " + expected);
    }
  }

  /** Replays the examples of earlier runs: none counts that does not hold here and now. */
  private void replay(String stage, ThreatModel threat, int[] places) {
    Map<Long, Finding> known = journal.stage(stage);
    int[] found =
        IntStream.of(places)
            .filter(place -> hasEarlierExample(known.get(plan.data().index(place))))
            .toArray();
    if (found.length > 0) {
      progress.begin("replay of what the journal holds", found.length);
      try {
        workers.forEachShared(
            found.length,
            batch,
            (from, to) -> {
              int[] some = Arrays.copyOfRange(found, from, to);
              requireHold(findings(some, known), threat, samples(some));
              return to - from;
            },
            progress::advance);
      } finally {
        progress.end();
      }
    }
  }

  private boolean hasEarlierExample(@Nullable Finding finding) {
    return finding != null && finding.example() != null && journal.isEarlier(finding);
  }

  private List<Finding> findings(int[] places, Map<Long, Finding> known) {
    return IntStream.of(places)
        .mapToObj(
            place -> Objects.requireNonNull(known.get(plan.data().index(place)), "has an example"))
        .toList();
  }

  private void requireHold(List<Finding> findings, ThreatModel threat, Samples samples) {
    findings.forEach(this::requireWholeImage);
    boolean[] hold = judge.hold(findings, threat, samples);
    for (int i = 0; i < hold.length; i++) {
      if (!hold[i]) {
        Finding finding = findings.get(i);
        throw journal.refusal(
            finding,
            "the adversarial example of sample "
                + finding.index()
                + " does not hold when replayed");
      }
    }
  }

  /** As {@link #run}: evaluates clean images. */
  void clean(int[] places, Receiver receiver) {
    run(
        CLEAN,
        "clean " + Noun.of(plan.threat()).many(),
        places,
        some -> judge.clean(samples(some)),
        receiver);
  }

  /** As {@link #run}: attacks these samples, and checks what fools. */
  void attack(
      String stage,
      String title,
      Attack attack,
      ThreatModel threat,
      int[] places,
      Receiver receiver) {
    attack(stage, title, attack, threat, places, this::samples, receiver);
  }

  /**
   * As {@link #attack}.
   *
   * @param samples those at some places, with what is known of them to begin with
   */
  void attack(
      String stage,
      String title,
      Attack attack,
      ThreatModel threat,
      int[] places,
      Function<int[], Samples> samples,
      Receiver receiver) {
    replay(stage, threat, places);
    MeteredSearches searches = metered;
    if (searches == null) {
      run(
          stage,
          title,
          places,
          some -> judge.attacked(stage, attack, threat, samples.apply(some)),
          receiver);
    } else {
      run(
          stage,
          title,
          places,
          (open, found) -> searches.attack(stage, attack, threat, open, samples, found),
          receiver);
    }
  }

  /**
   * Evaluates a model in a way that is no stage. Of a metered one, what an earlier run was answered
   * is not sent again.
   *
   * @param purpose tells this from all else in the audit
   */
  <T> T evaluate(String purpose, Classifier model, Function<Classifier, T> work) {
    if (metered == null) {
      return work.apply(model);
    }
    try (MeteredSearch evaluating = metered.evaluating(purpose)) {
      return work.apply(evaluating);
    }
  }

  /** How a randomised model is judged; empty where it does not. */
  Optional<DrawJudge> draws() {
    return judge instanceof DrawJudge drawing ? Optional.of(drawing) : Optional.empty();
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
