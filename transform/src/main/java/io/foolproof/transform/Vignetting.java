package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;

/**
 * Darkens corners, with the square of the distance from the middle.
 *
 * @param strength which fraction of the light corners lose, from 0, which changes nothing, to 1
 */
public record Vignetting(Range strength) implements Lighting {

  /** Checks the knob. */
  public Vignetting {
    strength.within("vignetting: strength", 0, 1);
  }

  @Override
  public Field field(RandomStream stream) {
    double lost = strength.draw(stream);
    return (x, y) -> 1 - lost * (x * x + y * y) / 2;
  }
}
