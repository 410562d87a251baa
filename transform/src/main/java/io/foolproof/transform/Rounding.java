package io.foolproof.transform;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;

/**
 * Rounds pixels to levels, as image files do. Values outside [0, 1] are clipped. Gradients pass
 * through the rounding as if it changed nothing.
 *
 * @param levels how many there are, from 2 to 65536
 */
public record Rounding(int levels) implements Transformation {
  /** Those of the files that cameras and scanners write. */
  static final Rounding EIGHT_BITS = new Rounding(256);

  private static final int MOST = 1 << 16;

  /** Checks the knob. */
  public Rounding {
    if (levels < 2 || levels > MOST) {
      throw new InvalidInputException("rounding: levels=%d: give 2 to %d".formatted(levels, MOST));
    }
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    Tensor clipped = images.clamp(0, 1);
    Tensor rounded = clipped.detach().mul(levels - 1.0).round().div(levels - 1.0);
    return Pixelwise.withGradientOf(rounded, clipped);
  }
}
