package io.foolproof.defense.fitted;

import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.Workers;

/** A fitted classifier that is an ONNX graph. */
public sealed interface FittedGraph extends Fitted
    permits ClassMeans, HandDrawn, Lda, Neighbours, Qda, Ridge, Synthesis, TangentDistance {

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
