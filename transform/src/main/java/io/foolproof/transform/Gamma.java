package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * Raises pixels to a power. Below {@value #TOE} the curve is straight, as those of cameras are,
 * since the slope of a power under 1 is infinite at 0.
 *
 * @param exponent from 0.1 to 10; 1 changes nothing
 */
public record Gamma(Range exponent) implements Transformation {
  private static final double TOE = 1.0 / 64;

  /** Checks the knob. */
  public Gamma {
    exponent.within("gamma: exponent", 0.1, 10);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    double[] exponents = draw.values(exponent);
    return Pixelwise.apply(
        images,
        (image, value) -> value * chord(value, exponents[image]),
        (image, value) -> chord(value, exponents[image]) * (value > TOE ? exponents[image] : 1));
  }

  /** What a pixel is multiplied by. */
  private static double chord(double value, double exponent) {
    return Math.pow(Math.max(value, TOE), exponent - 1);
  }
}
