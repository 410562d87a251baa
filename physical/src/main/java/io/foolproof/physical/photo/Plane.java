package io.foolproof.physical.photo;

import boofcv.abst.geo.Estimate1ofEpipolar;
import boofcv.factory.geo.FactoryMultiView;
import boofcv.struct.geo.AssociatedPair;
import georegression.struct.point.Point2D_F64;
import io.foolproof.physical.sheet.Area;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * The sheet's plane as a camera without distortion sees it: a homography from millimetres on paper
 * to pixels of the photograph (Hartley and Zisserman: Multiple view geometry in computer vision,
 * 2004, section 4.1).
 */
final class Plane {
  private static final double STEP = 0.01;

  private final DMatrixRMaj h;

  private Plane(DMatrixRMaj h) {
    this.h = h;
  }

  /**
   * Fits corners of areas on paper to where they are seen.
   *
   * @param areas on paper
   * @param seen the four corners of each, clockwise from the upper left
   */
  static Plane fit(List<Area> areas, List<List<Point2D_F64>> seen) {
    List<AssociatedPair> pairs = new ArrayList<>();
    for (int i = 0; i < areas.size(); i++) {
      List<Point2D_F64> corners = corners(areas.get(i));
      for (int k = 0; k < corners.size(); k++) {
        pairs.add(new AssociatedPair(corners.get(k), seen.get(i).get(k)));
      }
    }
    DMatrixRMaj h = new DMatrixRMaj(3, 3);
    Estimate1ofEpipolar estimate = FactoryMultiView.homographyDLT(true);
    if (!estimate.process(pairs, h)) {
      throw new IllegalStateException("no homography of " + pairs.size() + " points");
    }
    return new Plane(h);
  }

  static List<Point2D_F64> corners(Area area) {
    return List.of(
        new Point2D_F64(area.x(), area.y()),
        new Point2D_F64(area.right(), area.y()),
        new Point2D_F64(area.right(), area.bottom()),
        new Point2D_F64(area.x(), area.bottom()));
  }

  /** Where a place on paper, in millimetres, is seen, in pixels. */
  Point2D_F64 seen(double x, double y) {
    double w = h.get(2, 0) * x + h.get(2, 1) * y + h.get(2, 2);
    return new Point2D_F64(
        (h.get(0, 0) * x + h.get(0, 1) * y + h.get(0, 2)) / w,
        (h.get(1, 0) * x + h.get(1, 1) * y + h.get(1, 2)) / w);
  }

  /** Pixels of the photograph to a millimetre of paper, in the direction where they are fewest. */
  double resolution(double x, double y) {
    Point2D_F64 at = seen(x, y);
    Point2D_F64 right = seen(x + STEP, y);
    Point2D_F64 below = seen(x, y + STEP);
    double a = (right.x - at.x) / STEP;
    double b = (below.x - at.x) / STEP;
    double c = (right.y - at.y) / STEP;
    double d = (below.y - at.y) / STEP;
    double squares = a * a + b * b + c * c + d * d;
    double determinant = a * d - b * c;
    // The smaller singular value of a 2 x 2 matrix.
    double root = Math.sqrt(Math.max(0, squares * squares - 4 * determinant * determinant));
    return Math.sqrt(Math.max(0, (squares - root) / 2));
  }
}
