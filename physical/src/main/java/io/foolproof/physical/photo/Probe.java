package io.foolproof.physical.photo;

import georegression.struct.point.Point2D_F64;
import io.foolproof.physical.sheet.Area;

/**
 * One channel of a photograph, seen from the paper: levels at places given in millimetres.
 *
 * @param photo the photograph
 * @param band the channel
 * @param plane where the paper is in it
 */
record Probe(Photo photo, byte[] band, Plane plane) {

  /** The level at a place; NaN outside of the photograph. */
  double at(double x, double y) {
    Point2D_F64 seen = plane.seen(x, y);
    return photo.level(band, seen.x, seen.y);
  }

  /** The mean level of an area, from {@code n x n} places in it; NaN if one is not in the photo. */
  double mean(Area area, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        sum +=
            at(area.x() + (j + 0.5) / n * area.width(), area.y() + (i + 0.5) / n * area.height());
      }
    }
    return sum / (n * n);
  }
}
