package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * What black and white become: ink reflects some light and paper not all of it. Between them the
 * curve is straight; {@link Gamma} bends it.
 *
 * @param black what 0 becomes, from 0, which changes nothing, to 1
 * @param white what 1 becomes, from 0 to 1, which changes nothing
 */
public record ToneCurve(Range black, Range white) implements Transformation {

  /** Checks the knobs. */
  public ToneCurve {
    black.within("tone-curve: black", 0, 1);
    white.within("tone-curve: white", 0, 1);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    double[] from = draw.values(black);
    double[] reach = draw.values(white);
    for (int i = 0; i < reach.length; i++) {
      reach[i] -= from[i];
    }
    return images.mul(Draw.column(reach, images.dtype())).add(Draw.column(from, images.dtype()));
  }
}
