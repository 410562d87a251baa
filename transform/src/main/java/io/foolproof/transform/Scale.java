package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;

/**
 * Makes what images show larger or smaller, about their middle.
 *
 * @param factor from 0.01 to 100; 1 changes nothing
 */
public record Scale(Range factor) implements Geometric {

  /** Checks the knob. */
  public Scale {
    factor.within("scale: factor", 0.01, 100);
  }

  @Override
  public PlaneMap map(RandomStream stream, int height, int width) {
    return PlaneMap.scaling(factor.draw(stream));
  }
}
