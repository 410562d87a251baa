package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * Moves pixels away from middle grey, or towards it.
 *
 * @param factor from 0 to 10; 1 changes nothing
 */
public record Contrast(Range factor) implements Transformation {
  private static final double MIDDLE = 0.5;

  /** Checks the knob. */
  public Contrast {
    factor.within("contrast: factor", 0, 10);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    return images.sub(MIDDLE).mul(draw.knob(factor, images.dtype())).add(MIDDLE);
  }
}
