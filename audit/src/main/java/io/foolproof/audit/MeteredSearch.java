package io.foolproof.audit;

import io.foolproof.audit.QueryBatcher.Query;
import io.foolproof.audit.journal.Answers;
import io.foolproof.model.Classifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A metered model as one search sees it, on one thread: what an earlier run was answered is not
 * sent again, and all else is sent together with the queries of other searches.
 */
final class MeteredSearch implements ForwardingClassifier {
  private final Classifier model;
  private final String stage;
  private final long index;
  private final Answers answers;
  private final QueryBatcher batcher;
  private final Allowance.Promise promise;
  private int queries;

  /**
   * A search that begins.
   *
   * @param stage of the audit that it belongs to
   * @param index of the sample that is searched around
   * @param promise what it may send
   */
  MeteredSearch(
      Classifier model,
      String stage,
      long index,
      Answers answers,
      QueryBatcher batcher,
      Allowance.Promise promise) {
    this.model = model;
    this.stage = stage;
    this.index = index;
    this.answers = answers;
    this.batcher = batcher;
    this.promise = promise;
    batcher.begin();
  }

  @Override
  public Classifier model() {
    return model;
  }

  @Override
  public Tensor logits(Tensor images) {
    return logits(images, false);
  }

  /** The same model, which is sent each image in a request of its own. */
  Classifier alone() {
    return new Alone(this);
  }

  /** See {@link #alone}. */
  private record Alone(MeteredSearch search) implements ForwardingClassifier {
    @Override
    public Classifier model() {
      return search.model;
    }

    @Override
    public Tensor logits(Tensor images) {
      return search.logits(images, true);
    }
  }

  private Tensor logits(Tensor images, boolean alone) {
    input().requireBatch(name(), images);
    int samples = Math.toIntExact(images.size(0));
    float[] values = images.toFloats();
    int elements = input().elements();
    float[][] rows = new float[samples][];
    List<Query> open = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      float[] image = Arrays.copyOfRange(values, i * elements, (i + 1) * elements);
      Query query = new Query(this, queries++, image);
      float[] known = answers.known(stage, index, query.number(), query.hash());
      if (known == null) {
        open.add(query);
        places.add(i);
      } else {
        rows[i] = known;
      }
    }
    if (alone) {
      open.forEach(batcher::askAlone);
    } else if (!open.isEmpty()) {
      batcher.ask(open);
    }
    for (int k = 0; k < places.size(); k++) {
      rows[places.get(k)] = Objects.requireNonNull(open.get(k).logits(), "answered");
    }
    return Tensor.ofRows(rows, samples, classes());
  }

  /** An image of this search was sent, or could not be. */
  void sent() {
    promise.sent(1);
  }

  /** What was answered, as it is written. */
  Answers.Answer answer(Query query, float[] logits) {
    return new Answers.Answer(stage, index, query.number(), query.hash(), logits);
  }

  /** Ends the search; the model stays open. */
  @Override
  public void close() {
    batcher.end();
    promise.close();
  }
}
