package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;

/**
 * Multiplies each channel by a number of its own, as light of another colour does, or an exposure
 * where there is one channel.
 *
 * @param gain from 0 to 10; 1 changes nothing
 */
public record ColourCast(Range gain) implements Transformation {

  /** Checks the knob. */
  public ColourCast {
    gain.within("colour-cast: gain", 0, 10);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    int channels = (int) images.size(1);
    double[] gains = new double[draw.size() * channels];
    int at = 0;
    for (RandomStream stream : draw.streams()) {
      for (int channel = 0; channel < channels; channel++) {
        gains[at++] = gain.draw(stream);
      }
    }
    return images.mul(Tensor.of(gains, draw.size(), channels, 1, 1).to(images.dtype()));
  }
}
