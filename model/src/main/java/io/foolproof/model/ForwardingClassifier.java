package io.foolproof.model;

import io.foolproof.tensor.Tensor;

/**
 * Passes every query on to another classifier: the base of those that change one thing, so that
 * none of them forgets the rest.
 */
public interface ForwardingClassifier extends Classifier {

  /** What queries are passed on to; the same at every call. */
  Classifier model();

  @Override
  default String name() {
    return model().name();
  }

  @Override
  default InputSpec input() {
    return model().input();
  }

  @Override
  default int classes() {
    return model().classes();
  }

  @Override
  default Tensor logits(Tensor images) {
    return model().logits(images);
  }

  @Override
  default Origin origin() {
    return model().origin();
  }

  @Override
  default boolean answersScores() {
    return model().answersScores();
  }

  @Override
  default boolean isMetered() {
    return model().isMetered();
  }

  @Override
  default long queriesLeft() {
    return model().queriesLeft();
  }

  @Override
  default void requireQueries(long images) {
    model().requireQueries(images);
  }

  @Override
  default boolean drawsAtRandom() {
    return model().drawsAtRandom();
  }

  @Override
  default int microBatch() {
    return model().microBatch();
  }

  @Override
  default int batchStep() {
    return model().batchStep();
  }

  @Override
  default void close() {
    model().close();
  }
}
