package io.foolproof.physical.sheet;

/**
 * A rectangle on paper.
 *
 * @param x of its left edge, in millimetres from the left edge of the paper
 * @param y of its upper edge, in millimetres from the upper edge of the paper
 * @param width in millimetres
 * @param height in millimetres
 */
public record Area(double x, double y, double width, double height) {

  /** The x of its right edge. */
  public double right() {
    return x + width;
  }

  /** The y of its lower edge. */
  public double bottom() {
    return y + height;
  }

  /** The rectangle whose edges are this far outside the edges of this one. */
  public Area grown(double by) {
    return new Area(x - by, y - by, width + 2 * by, height + 2 * by);
  }
}
