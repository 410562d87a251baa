package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;

/**
 * Turns images about their middle.
 *
 * @param degrees counter-clockwise, from -180 to 180
 */
public record Rotation(Range degrees) implements Geometric {

  /** Checks the knob. */
  public Rotation {
    degrees.within("rotation: degrees", -180, 180);
  }

  @Override
  public PlaneMap map(RandomStream stream, int height, int width) {
    return PlaneMap.rotation(Math.toRadians(degrees.draw(stream)), height, width);
  }
}
