package io.foolproof.geometry;

import java.util.Arrays;

/** Picks the smallest of many keys without sorting them all. */
final class Smallest {
  /** Every so many keys are looked at first, to guess below which value the wanted ones lie. */
  private static final int SAMPLE = 1024;

  private Smallest() {}

  /**
   * The places of the {@code count} smallest keys (all, if there are fewer), smallest first, equal
   * ones by place. Keys are numbers, not NaN.
   */
  static int[] of(float[] keys, int count) {
    if (keys.length <= 4 * SAMPLE || count > keys.length / 8) {
      return sorted(keys, Float.POSITIVE_INFINITY, count);
    }
    float[] sample = new float[SAMPLE];
    int stride = keys.length / SAMPLE;
    for (int s = 0; s < SAMPLE; s++) {
      sample[s] = keys[s * stride];
    }
    Arrays.sort(sample);
    double expected = (double) count * SAMPLE / keys.length;
    int place = (int) (expected + 3 * Math.sqrt(expected) + 3);
    while (place < SAMPLE) {
      int[] found = sorted(keys, sample[place], count);
      if (found.length == count) {
        return found;
      }
      place *= 2;
    }
    return sorted(keys, Float.POSITIVE_INFINITY, count);
  }

  private static int[] sorted(float[] keys, float limit, int count) {
    long[] found = new long[Math.min(keys.length, 4 * count + 64)];
    int size = 0;
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] <= limit) {
        if (size == found.length) {
          found = Arrays.copyOf(found, 2 * size);
        }
        found[size++] = ordered(keys[i]) << 32 | i;
      }
    }
    Arrays.sort(found, 0, size);
    int[] places = new int[Math.min(count, size)];
    for (int k = 0; k < places.length; k++) {
      places[k] = (int) found[k];
    }
    return places;
  }

  /** An integer that is ordered as the float is; the two zeros are one. */
  private static long ordered(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }
}
