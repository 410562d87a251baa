package io.foolproof.defense.fitted;

import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.Workers;

/**
 * A way to compute a classifier from images, without gradients. It is a record of its settings,
 * written as those of an attack are: {@code neighbours:k=3:points=2000}.
 */
public sealed interface Fitted
    permits ClassMeans, HandDrawn, Lda, Neighbours, Qda, TangentDistance {

  /** What it is, in a line. */
  String summary();

  /** Authors and year. */
  String source();

  /**
   * Writes what it computes of images.
   *
   * @param graph to add to: images enter as {@link OnnxGraph#images}
   * @param training what to compute it from
   * @return the value with the scores of the classes, the larger the likelier: [N, classes]; in
   *     which units is up to it
   * @throws io.foolproof.tensor.InvalidInputException when it cannot be computed from these images
   */
  String write(OnnxGraph graph, ImageSet training, Workers workers);
}
