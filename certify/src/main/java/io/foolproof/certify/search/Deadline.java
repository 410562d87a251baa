package io.foolproof.certify.search;

/**
 * When to stop.
 *
 * @param at in the units of {@link System#nanoTime}
 */
public record Deadline(long at) {
  /** So many seconds from now. */
  public static Deadline in(double seconds) {
    return new Deadline(System.nanoTime() + (long) (seconds * 1e9));
  }

  /** How many seconds are left; negative when it is over. */
  public double left() {
    return (at - System.nanoTime()) / 1e9;
  }

  /** Whether it is over. */
  public boolean isOver() {
    return left() <= 0;
  }

  /** The earlier of this and so many seconds from now. */
  public Deadline orIn(double seconds) {
    return left() < seconds ? this : in(seconds);
  }
}
