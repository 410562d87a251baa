package io.foolproof.defense.layer;

import io.foolproof.model.OnnxWriter;

/** A layer behind each of a net's rectifiers (Relu). */
public non-sealed interface RectifierLayer extends Layer {

  /**
   * Writes the layer.
   *
   * @param activations [N, values], none of them negative
   * @param size how many values a sample has
   * @return [N, values]
   */
  String write(OnnxWriter writer, String activations, long size);
}
