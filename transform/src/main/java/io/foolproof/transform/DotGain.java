package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * Printed dots spread: a tone of coverage a is seen as a + 4 g a (1 - a), so that g is what is
 * gained at half coverage (the model of Yule and Nielsen's effect that printers quote).
 *
 * @param gain from -0.25 to 0.25; positive where ink is dark, which darkens, negative where ink is
 *     light, as that of digits which are white on black; 0 changes nothing
 */
public record DotGain(Range gain) implements Transformation {
  private static final double MOST = 0.25;

  /** Checks the knob. */
  public DotGain {
    gain.within("dot-gain: gain", -MOST, MOST);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    Tensor most = draw.knob(gain, images.dtype()).mul(4);
    return images.sub(images.mul(images.neg().add(1)).mul(most));
  }
}
