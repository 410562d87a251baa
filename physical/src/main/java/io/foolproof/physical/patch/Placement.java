package io.foolproof.physical.patch;

import io.foolproof.transform.PlaneMap;

/**
 * Where a patch is put on an image.
 *
 * @param x of its middle, in pixels from the left edge of the image
 * @param y of its middle, in pixels from the upper edge of the image
 * @param radians by which it is turned counter-clockwise
 * @param scale by which it is made larger
 */
public record Placement(double x, double y, double radians, double scale) {

  /**
   * Where the image reads the patch, both from -1 to 1 between the centres of their outermost
   * pixels.
   *
   * @param height of the image
   * @param width of the image
   * @param side of the patch
   */
  PlaneMap map(int height, int width, int side) {
    // A pixel's centre is half a pixel from its edge.
    double halfWidth = (width - 1) / 2.0;
    double halfHeight = (height - 1) / 2.0;
    double halfSide = Math.max((side - 1) / 2.0, 0.5);
    double cos = Math.cos(radians) / (scale * halfSide);
    double sin = Math.sin(radians) / (scale * halfSide);
    double dx = halfWidth + 0.5 - x;
    double dy = halfHeight + 0.5 - y;
    return PlaneMap.affine(
        cos * halfWidth,
        -sin * halfHeight,
        cos * dx - sin * dy,
        sin * halfWidth,
        cos * halfHeight,
        sin * dx + cos * dy);
  }
}
