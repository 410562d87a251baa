package io.foolproof.defense.layer;

import io.foolproof.model.OnnxWriter;

/** A layer behind a net's logits. */
public non-sealed interface LogitLayer extends Layer {

  /**
   * Writes the layer.
   *
   * @param logits [N, classes]
   * @return [N, classes]
   */
  String write(OnnxWriter writer, String logits);
}
