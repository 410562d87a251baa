package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;

/**
 * A flat image seen by a camera that does not look at it straight: tilted about a line through its
 * middle, in a direction that is drawn evenly. The middle keeps its place and size.
 *
 * @param tilt in degrees, from 0 to 80
 * @param distance of the camera from the middle, in image widths, from 1 to 1000
 */
public record Perspective(Range tilt, Range distance) implements Geometric {

  /** Checks the knobs. */
  public Perspective {
    tilt.within("perspective: tilt", 0, 80);
    distance.within("perspective: distance", 1, 1000);
  }

  @Override
  public PlaneMap map(RandomStream stream, int height, int width) {
    double angle = Math.toRadians(tilt.draw(stream));
    double far = distance.draw(stream) * width;
    double direction = 2 * Math.PI * stream.nextDouble();
    return seen(angle, direction, far, height, width).inverse();
  }

  /**
   * Where the camera sees a place of the image: along the axis as it is, across it foreshortened,
   * all of it smaller the farther it is behind.
   *
   * @param direction across the axis
   * @param far in pixels
   */
  private static PlaneMap seen(double tilt, double direction, double far, int height, int width) {
    double across = Math.cos(direction);
    double down = Math.sin(direction);
    double lost = 1 - Math.cos(tilt);
    double receding = Math.sin(tilt) / far;
    double halfWidth = PlaneMap.half(width);
    double halfHeight = PlaneMap.half(height);
    double aspect = halfHeight / halfWidth;
    return new PlaneMap(
        1 - lost * across * across,
        -lost * across * down * aspect,
        0,
        -lost * across * down / aspect,
        1 - lost * down * down,
        0,
        receding * across * halfWidth,
        receding * down * halfHeight,
        1);
  }
}
