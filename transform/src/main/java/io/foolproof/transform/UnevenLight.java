package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;

/**
 * Light from one side, which is drawn evenly: full there, and less and less towards the other.
 *
 * @param strength which fraction is lost on the far side, from 0, which changes nothing, to 1
 */
public record UnevenLight(Range strength) implements Lighting {

  /** Checks the knob. */
  public UnevenLight {
    strength.within("uneven-light: strength", 0, 1);
  }

  @Override
  public Field field(RandomStream stream) {
    double lost = strength.draw(stream);
    double direction = 2 * Math.PI * stream.nextDouble();
    double right = Math.cos(direction);
    double down = Math.sin(direction);
    double farthest = Math.abs(right) + Math.abs(down);
    return (x, y) -> 1 - lost * (1 + (x * right + y * down) / farthest) / 2;
  }
}
