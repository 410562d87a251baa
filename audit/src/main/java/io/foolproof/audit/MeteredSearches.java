package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.QueryBatcher.Query;
import io.foolproof.audit.journal.Answers;
import io.foolproof.audit.journal.Finding;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Attacks a metered model: each sample is a search of its own, which begins when the budget
 * suffices for its end and is over when its finding is there. Many run side by side, so that their
 * queries fill the model's batches, and every answer is kept at once.
 */
final class MeteredSearches implements AutoCloseable {
  /** More than fill a batch or two gain nothing: each has a thread of its own. */
  private static final int MOST_SIDE_BY_SIDE = 64;

  /** To replay a success alone, and to see whether it survives rounding to 8 bits. */
  static final int CONFIRMATION = 2;

  private final AuditPlan plan;
  private final Answers answers;
  private final Workers threads;
  private final QueryBatcher batcher;
  private final Allowance allowance;

  /**
   * No searches yet.
   *
   * @param answers of earlier runs, and where to keep what is answered
   * @param together how many requests may be answered at the same time
   */
  MeteredSearches(AuditPlan plan, Answers answers, int together) {
    Classifier model = plan.model();
    this.plan = plan;
    this.answers = answers;
    this.threads = new Workers(Math.min(MOST_SIDE_BY_SIDE, together * model.microBatch()));
    this.batcher = new QueryBatcher(model, model.microBatch(), together, this::keep);
    this.allowance = new Allowance(model);
  }

  private void keep(List<Query> batch, float[][] logits) {
    List<Answers.Answer> kept = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      kept.add(batch.get(i).search().answer(batch.get(i), logits[i]));
    }
    answers.append(kept);
  }

  /** How many images the search around one sample sends at most, its confirmation included. */
  static long most(Attack attack) {
    long queries = attack.mostQueries();
    // Of an attack without a bound nothing can be set aside but what it sends first.
    return queries == Long.MAX_VALUE ? 1 : queries + CONFIRMATION;
  }

  /** How many images the search around one sample may still send, after earlier runs. */
  long left(String stage, Attack attack, int place) {
    return Math.max(0, most(attack) - answers.count(stage, plan.data().index(place)));
  }

  /**
   * Attacks samples.
   *
   * @param samples those at some places, with what is known of them to begin with
   * @param found takes each finding as soon as it is there, on this thread
   */
  void attack(
      String stage,
      Attack attack,
      ThreatModel threat,
      int[] places,
      Function<int[], Samples> samples,
      Consumer<List<Finding>> found) {
    threads.forEachShared(
        places.length,
        1,
        (from, to) -> {
          int place = places[from];
          Samples sample = samples.apply(new int[] {place});
          try (MeteredSearch search =
              begin(stage, plan.data().index(place), left(stage, attack, place))) {
            return new ReplayJudge(plan, search, search.alone())
                .attacked(stage, attack, threat, sample);
          }
        },
        found);
  }

  /**
   * The model for some evaluations that are no search around one sample.
   *
   * @param stage names them among all of the audit
   */
  MeteredSearch evaluating(String stage) {
    return begin(stage, 0, 0);
  }

  private MeteredSearch begin(String stage, long index, long most) {
    return new MeteredSearch(plan.model(), stage, index, answers, batcher, allowance.begin(most));
  }

  @Override
  public void close() {
    threads.close();
  }
}
