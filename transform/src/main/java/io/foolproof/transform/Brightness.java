package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * Adds the same to all pixels.
 *
 * @param add from -1 to 1; 0 changes nothing
 */
public record Brightness(Range add) implements Transformation {

  /** Checks the knob. */
  public Brightness {
    add.within("brightness: add", -1, 1);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    return images.add(draw.knob(add, images.dtype()));
  }
}
