package io.foolproof.djl;

import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import io.foolproof.tensor.InvalidInputException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Predictors of one model. Not every engine's may be used by several threads, so that each is used
 * by one at a time.
 */
final class Predictors<I, O> implements AutoCloseable {
  private final String model;
  private final Supplier<Predictor<I, O>> maker;
  private final ConcurrentLinkedQueue<Predictor<I, O>> idle = new ConcurrentLinkedQueue<>();

  /**
   * Makes predictors when they are needed.
   *
   * @param model what to call it in messages
   */
  Predictors(String model, Supplier<Predictor<I, O>> maker) {
    this.model = model;
    this.maker = maker;
  }

  /**
   * What the model gives for one input.
   *
   * @throws InvalidInputException when it refuses the input
   */
  O predict(I input) {
    Predictor<I, O> known = idle.poll();
    Predictor<I, O> predictor = known == null ? maker.get() : known;
    try {
      return predictor.predict(input);
    } catch (TranslateException | EngineException e) {
      if (first(e) instanceof InvalidInputException refusal) {
        throw refusal;
      }
      String reason =
          String.valueOf(first(e).getMessage()).lines().findFirst().orElse("no message");
      throw new InvalidInputException(
          "%s: its engine refuses an image (%s): give the shape of images that the model takes"
              .formatted(model, reason),
          e);
    } finally {
      idle.add(predictor);
    }
  }

  /** What went wrong at first. */
  private static Throwable first(Throwable e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first;
  }

  @Override
  public void close() {
    for (Predictor<I, O> one = idle.poll(); one != null; one = idle.poll()) {
      one.close();
    }
  }
}
