package io.foolproof.defense.layer;

import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;

/** A layer that changes images before the net takes them. */
public non-sealed interface FrontLayer extends Layer {

  /**
   * Writes the layer.
   *
   * @param images [N, C, H, W], with pixels in [0, 1]
   * @param shape of one image, [C, H, W]
   * @return what the net, or the next layer, is given in their place
   */
  String write(OnnxWriter writer, String images, long[] shape);

  /**
   * The shape of the images that the layer takes.
   *
   * @param shape of what it is to make of one, [C, H, W]
   * @throws InvalidInputException where it cannot make that
   */
  default long[] takes(long[] shape) {
    return shape;
  }
}
