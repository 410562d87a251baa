package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * The noise of counted photons: normal, with a variance in proportion to a pixel's value.
 *
 * @param sigma the standard deviation of a white pixel, from 0, which changes nothing, to 1: one
 *     over the root of how many photons make it white
 */
public record ShotNoise(Range sigma) implements Transformation {
  /** What is counted in the dark: below it the noise no longer falls, nor has its root a slope. */
  private static final double DARK = 1.0 / 1024;

  /** Checks the knob. */
  public ShotNoise {
    sigma.within("shot-noise: sigma", 0, 1);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    if (sigma.isAlways(0)) {
      return images;
    }
    Tensor deviation = draw.knob(sigma, images.dtype());
    Tensor noise = draw.gaussian(images).mul(deviation);
    return images.add(images.sub(DARK).relu().add(DARK).sqrt().mul(noise));
  }
}
