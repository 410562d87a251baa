package io.foolproof.data;

/** The line of a pen: the curve that it follows, and how much of a pixel its ink covers. */
public final class Pen {
  private Pen() {}

  /**
   * A coordinate of a smooth curve between two of the points that it goes through (Catmull and Rom:
   * A class of local interpolating splines, 1974). It is linear in the four points.
   *
   * @param before the point before the two
   * @param after the point after them
   * @param t from 0, at {@code from}, to 1, at {@code to}
   */
  public static double curve(double before, double from, double to, double after, double t) {
    double linear = to - before;
    double square = 2 * before - 5 * from + 4 * to - after;
    double cube = 3 * from - before - 3 * to + after;
    return from + 0.5 * t * (linear + t * (square + t * cube));
  }

  /**
   * The fraction of a pixel that is inked.
   *
   * @param distance from the middle of the pixel to the middle of the line, in pixels
   * @param radius of the line, in pixels
   * @param softEdge over how many pixels ink fades
   */
  public static double covered(double distance, double radius, double softEdge) {
    double gap = distance - radius;
    return Math.max(0, Math.min(1, 0.5 - gap / softEdge));
  }
}
