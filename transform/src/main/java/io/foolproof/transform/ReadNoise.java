package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * The noise of a sensor's amplifier: normal, the same for dark and light pixels.
 *
 * @param sigma the standard deviation, from 0, which changes nothing, to 1
 */
public record ReadNoise(Range sigma) implements Transformation {

  /** Checks the knob. */
  public ReadNoise {
    sigma.within("read-noise: sigma", 0, 1);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    if (sigma.isAlways(0)) {
      return images;
    }
    Tensor deviation = draw.knob(sigma, images.dtype());
    return images.add(draw.gaussian(images).mul(deviation));
  }
}
