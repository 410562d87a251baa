package io.foolproof.attack.search;

import java.util.function.BiFunction;

/**
 * Something with a part for each lane, such as an array of numbers, that {@link Lanes} hold.
 *
 * @param <T> all parts together
 */
public final class PerLane<T> implements Lanes.Held {
  private final BiFunction<T, int[], T> rows;
  private T value;

  PerLane(T value, BiFunction<T, int[], T> rows) {
    this.value = value;
    this.rows = rows;
  }

  /** The parts of the lanes that there are now. */
  public T get() {
    return value;
  }

  /** Goes on with another value, which has a part for each lane. */
  public void set(T next) {
    value = next;
  }

  @Override
  public void select(int[] kept) {
    value = rows.apply(value, kept);
  }
}
