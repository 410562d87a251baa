package io.foolproof.attack.search;

/** How settings of an attack change from step to step. */
public final class Schedule {
  private Schedule() {}

  /** Half a cosine wave: slow at first and at last. */
  public static double cosine(double first, double last, int step, int steps) {
    return last + (first - last) * (1 + Math.cos(Math.PI * step / steps)) / 2;
  }
}
