package io.foolproof.audit;

import io.foolproof.audit.journal.Answers;
import io.foolproof.model.Classifier;
import io.foolproof.model.remote.QueryBudgetExhausted;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the queries of searches that run side by side in common batches. Safe from any thread.
 *
 * <p>A batch is sent once it is full, or once every search waits for answers. Whichever search
 * waits sends it, on its own thread.
 */
final class QueryBatcher {
  private final Classifier model;
  private final int size;
  private final int together;
  private final BiConsumer<List<Query>, float[][]> answered;
  private final Deque<Query> waiting = new ArrayDeque<>();

  /** Searches that may have more to send before they need an answer. */
  private int busy;

  /** Batches that are being answered. */
  private int sending;

  private @Nullable Throwable failure;

  /**
   * Of no searches yet.
   *
   * @param size how many images make a full batch
   * @param together how many batches may be answered at the same time
   * @param answered takes each batch as soon as it is answered, before any search does
   */
  QueryBatcher(
      Classifier model, int size, int together, BiConsumer<List<Query>, float[][]> answered) {
    this.model = model;
    this.size = size;
    this.together = together;
    this.answered = answered;
  }

  /** An image, and what the model answers. */
  static final class Query {
    private final MeteredSearch search;
    private final int number;
    private final float[] image;
    private final String hash;
    private float @Nullable [] logits;

    Query(MeteredSearch search, int number, float[] image) {
      this.search = search;
      this.number = number;
      this.image = image;
      this.hash = Answers.hash(image);
    }

    MeteredSearch search() {
      return search;
    }

    int number() {
      return number;
    }

    float[] image() {
      return image;
    }

    /** A name for the image. */
    String hash() {
      return hash;
    }

    /** Once it is answered; null before. */
    float @Nullable [] logits() {
      return logits;
    }
  }

  /** A search begins on this thread: batches wait for it. */
  synchronized void begin() {
    busy++;
  }

  /** A search is over. */
  synchronized void end() {
    busy--;
    notifyAll();
  }

  /**
   * Sends queries of one search, together with those of others, and waits until all are answered.
   *
   * @throws RuntimeException when the model failed, for this search or another
   */
  void ask(List<Query> queries) {
    synchronized (this) {
      waiting.addAll(queries);
      busy--;
      notifyAll();
    }
    try {
      for (List<Query> batch = next(queries); !batch.isEmpty(); batch = next(queries)) {
        send(batch);
      }
    } finally {
      synchronized (this) {
        busy++;
      }
    }
  }

  /** Sends an image of one search alone. */
  void askAlone(Query query) {
    synchronized (this) {
      requireNoFailure();
      busy--;
      notifyAll();
    }
    try {
      query.logits = evaluated(List.of(query))[0];
    } finally {
      synchronized (this) {
        busy++;
      }
    }
  }

  /** A batch to send; empty once these queries are answered. */
  private synchronized List<Query> next(List<Query> queries) {
    try {
      while (true) {
        if (queries.stream().allMatch(query -> query.logits != null)) {
          return List.of();
        }
        requireNoFailure();
        if (isDue()) {
          sending++;
          return batch();
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    }
  }

  private boolean isDue() {
    return sending < together
        && !waiting.isEmpty()
        && (waiting.size() >= size || (busy == 0 && sending == 0));
  }

  /** As many as make a batch and the budget allows; one in any case, whose failure tells. */
  private List<Query> batch() {
    long most = Math.max(1, Math.min(size, model.queriesLeft()));
    List<Query> batch = new ArrayList<>();
    while (batch.size() < most && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    return batch;
  }

  private void requireNoFailure() {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  private void send(List<Query> batch) {
    float[][] rows = {};
    Throwable problem = null;
    try {
      rows = evaluated(batch);
    } catch (RuntimeException | Error e) {
      problem = e;
    }
    synchronized (this) {
      sending--;
      for (int i = 0; i < rows.length; i++) {
        batch.get(i).logits = rows[i];
      }
      if (problem instanceof QueryBudgetExhausted && model.queriesLeft() > 0) {
        // Too little was left to repeat the request; it may do for a smaller one.
        for (int i = batch.size() - 1; i >= 0; i--) {
          waiting.addFirst(batch.get(i));
        }
      } else if (problem != null && failure == null) {
        failure = problem;
      }
      notifyAll();
    }
  }

  private float[][] evaluated(List<Query> batch) {
    float[][] images = batch.stream().map(Query::image).toArray(float[][]::new);
    try (Scope scope = Scope.open()) {
      Tensor points = Tensor.ofRows(images, model.input().batchShape(images.length));
      float[] logits = model.logits(points).toFloats();
      int classes = logits.length / images.length;
      float[][] rows = new float[images.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
      }
      answered.accept(batch, rows);
      return rows;
    } finally {
      batch.forEach(query -> query.search.sent());
    }
  }
}
