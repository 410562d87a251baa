package io.foolproof.model;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.function.UnaryOperator;

/**
 * A function from images to one score per class. Safe to call from several threads at once.
 *
 * <p>A sample's logits depend on that sample alone, to the last bit: not on how many others are in
 * the batch, nor on its place among them. Of a randomised classifier that holds for given random
 * numbers: each sample has its own.
 */
public interface Classifier extends AutoCloseable {

  /** What to call it in reports. */
  String name();

  /** Where it comes from; unknown unless a classifier says it. */
  default Origin origin() {
    return Origin.unknown(name());
  }

  /**
   * A classifier of a program's own, written with plain arrays. It has no gradients: attacks that
   * need scores or labels only run on it.
   *
   * @param name what to call it in reports
   * @param input the shape and box of its images
   * @param classes how many it tells apart
   * @param logits of a batch: [N][classes] from images [N][values], channel by channel, row by row;
   *     called from several threads at once. An image's logits must not depend on the others.
   */
  static Classifier of(String name, InputSpec input, int classes, UnaryOperator<float[][]> logits) {
    return new PlainClassifier(name, input, classes, logits);
  }

  /** The shape and box of what it takes. */
  InputSpec input();

  /** How many classes it tells apart. */
  int classes();

  /**
   * The scores of a batch.
   *
   * @param images [N, shape of {@link #input}...]
   * @return [N, classes]; the largest score is the prediction
   */
  Tensor logits(Tensor images);

  /**
   * Whether {@link #logits} are scores that say how sure the classifier is. Where they are not, all
   * that is known is the prediction: its class has 1 and the others 0, and only attacks that need
   * no more than decisions make sense.
   */
  default boolean answersScores() {
    return true;
  }

  /**
   * Whether its answers may cost something, so that none is asked for that is not needed: those of
   * a model behind a URL.
   */
  default boolean isMetered() {
    return false;
  }

  /** How many more images it may be sent; unlimited unless a budget says otherwise. */
  default long queriesLeft() {
    return Long.MAX_VALUE;
  }

  /**
   * Checks that it may be sent so many more images.
   *
   * @throws RuntimeException when its budget does not suffice, saying what is left of it
   */
  default void requireQueries(long images) {}

  /** Whether the same image may have other logits the next time, as far as the classifier knows. */
  default boolean drawsAtRandom() {
    return false;
  }

  /**
   * This classifier with all of its random numbers from a stream, so that the same calls in the
   * same order give the same logits; itself where it draws none, or draws them by means that cannot
   * be told where from. For one thread at a time.
   */
  default Classifier drawing(RandomStream from) {
    return this;
  }

  /** How many samples at a time it answers fastest: the batches to cut work into. */
  default int microBatch() {
    return Workers.MICRO_BATCH;
  }

  /**
   * Samples cost as much to answer as the next multiple of this number does: where a few less are
   * asked about, nothing is saved.
   */
  default int batchStep() {
    return 1;
  }

  /** Frees what the classifier holds. */
  @Override
  default void close() {}
}
