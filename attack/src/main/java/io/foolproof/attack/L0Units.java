package io.foolproof.attack;

import io.foolproof.model.InputSpec;

/**
 * What a change is counted by where only the number of changes is limited: single values, or pixels
 * with all their channels. Values lie channel by channel, so that those of a pixel are as far apart
 * as there are pixels.
 *
 * @param count how many units an image has
 * @param size how many values each has
 */
public record L0Units(int count, int size) {

  /** The units that a norm counts: pixels for {@link Norm#L0_PIXELS}, values for any other. */
  public static L0Units of(Norm norm, InputSpec input) {
    int size = norm == Norm.L0_PIXELS ? PixelGrid.of(input).channels() : 1;
    return new L0Units(input.elements() / size, size);
  }

  /** The place in an image of one of a unit's values. */
  public int at(int unit, int value) {
    return unit + value * count;
  }

  /** The largest change of any of a unit's values; 0 where it is not changed. */
  public double change(int unit, float[] a, float[] b) {
    double largest = 0;
    for (int value = 0; value < size; value++) {
      largest = Math.max(largest, Math.abs((double) a[at(unit, value)] - b[at(unit, value)]));
    }
    return largest;
  }

  /** How many units differ between two images. */
  public int changed(float[] a, float[] b) {
    int changed = 0;
    for (int unit = 0; unit < count; unit++) {
      changed += change(unit, a, b) == 0 ? 0 : 1;
    }
    return changed;
  }

  /** Makes a unit of one image the same as in another. */
  public void copy(int unit, float[] from, float[] to) {
    for (int value = 0; value < size; value++) {
      to[at(unit, value)] = from[at(unit, value)];
    }
  }
}
