package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;

/**
 * Moves what images show.
 *
 * @param right as a fraction of the width, from -1 to 1
 * @param down as a fraction of the height, from -1 to 1
 */
public record Shift(Range right, Range down) implements Geometric {

  /** Checks the knobs. */
  public Shift {
    right.within("shift: right", -1, 1);
    down.within("shift: down", -1, 1);
  }

  @Override
  public PlaneMap map(RandomStream stream, int height, int width) {
    double x = right.draw(stream) * width;
    double y = down.draw(stream) * height;
    return PlaneMap.shift(x, y, height, width);
  }
}
