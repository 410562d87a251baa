package io.foolproof.attack.search;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.RandomStream;
import java.util.List;

/**
 * A model of which attacks see the mean over many draws: losses, gradients and success are those of
 * the mean. Each evaluation has draws of its own, from streams that belong to the samples, and what
 * is found is judged by draws that no step has seen.
 */
public interface Expectation extends Unending {

  /** Of how many draws the mean is. */
  int draws();

  /**
   * One draw.
   *
   * @param streams one for each image of the batch that will be evaluated
   * @return answers the same at every call
   */
  DifferentiableClassifier draw(List<RandomStream> streams);

  /** The streams of an evaluation that belongs to no sample that is known: of so many images. */
  List<RandomStream> streams(int images);

  /**
   * Whether several draws of the same image may be evaluated in one batch. A model of a program's
   * own may draw one number for a whole batch.
   */
  boolean drawsForEachImage();
}
