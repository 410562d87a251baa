package io.foolproof.audit;

import java.util.stream.IntStream;

/**
 * Some of many, from all over: the first ones of a set that is sorted by class are of one class.
 */
final class Spread {
  private Spread() {}

  /** At most so many of the numbers from 0 to a size, ascending and evenly apart. */
  static IntStream over(int size, int most) {
    int count = Math.min(size, most);
    return IntStream.range(0, count).map(i -> (int) ((long) i * size / count));
  }
}
