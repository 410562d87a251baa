package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.SheetLayout;

/**
 * The frame of a cell as a photograph shows it: how far each side is from where the markers put it,
 * since paper bends and lenses distort, and whether all of it is seen.
 *
 * @param left how far the left line is to the right of its place, in millimetres
 * @param right likewise
 * @param top how far the upper line is below its place
 * @param bottom likewise
 * @param seen the fraction of places along the worst side at which the line is seen
 */
record Frame(double left, double right, double top, double bottom, double seen) {
  /** Lines are looked for this far from their place: an image or another frame is farther away. */
  private static final double REACH = 1.2;

  private static final double STEP = 0.1;

  /** Places along a side. */
  private static final int PLACES = 24;

  /** From the middle of a line to the middle of the white on either side. */
  private static final double TO_WHITE = SheetLayout.LINE / 2 + SheetLayout.WHITE / 2;

  /** How dark a line is at least, as a fraction of ink's darkness: blur makes lines pale. */
  private static final double DARK = 0.2;

  /** A side: places along it, and how far across it. */
  private interface Side {
    double level(double along, double across);
  }

  /**
   * Looks for it.
   *
   * @param contrast of ink, as a fraction of paper
   */
  static Frame find(Probe probe, Area frame, double contrast) {
    double half = SheetLayout.LINE / 2;
    double w = frame.width();
    double h = frame.height();
    Side left = (t, d) -> probe.at(frame.x() + half + d, frame.y() + t * h);
    Side right = (t, d) -> probe.at(frame.right() - half + d, frame.y() + t * h);
    Side top = (t, d) -> probe.at(frame.x() + t * w, frame.y() + half + d);
    Side bottom = (t, d) -> probe.at(frame.x() + t * w, frame.bottom() - half + d);
    double atLeft = offset(left);
    double atRight = offset(right);
    double atTop = offset(top);
    double atBottom = offset(bottom);
    double seen =
        Math.min(
            Math.min(seen(left, atLeft, contrast), seen(right, atRight, contrast)),
            Math.min(seen(top, atTop, contrast), seen(bottom, atBottom, contrast)));
    return new Frame(atLeft, atRight, atTop, atBottom, seen);
  }

  /** Not at the corners, where another side is. */
  private static double along(int place) {
    return 0.06 + 0.88 * (place + 0.5) / PLACES;
  }

  /** Where the line is darkest, all along the side, weighed over its neighbourhood. */
  private static double offset(Side side) {
    int reach = (int) Math.round(REACH / STEP);
    double[] level = new double[2 * reach + 1];
    for (int k = -reach; k <= reach; k++) {
      for (int place = 0; place < PLACES; place++) {
        level[k + reach] += side.level(along(place), k * STEP);
      }
    }
    double brightest = 0;
    double darkest = Double.MAX_VALUE;
    for (double sum : level) {
      brightest = Math.max(brightest, sum);
      darkest = Math.min(darkest, sum);
    }
    double middle = (brightest + darkest) / 2;
    double weights = 0;
    double moment = 0;
    for (int k = -reach; k <= reach; k++) {
      double weight = Math.max(0, middle - level[k + reach]);
      weights += weight;
      moment += weight * k * STEP;
    }
    return weights > 0 ? moment / weights : 0;
  }

  private static double seen(Side side, double offset, double contrast) {
    int seen = 0;
    for (int place = 0; place < PLACES; place++) {
      double line = side.level(along(place), offset);
      double before = side.level(along(place), offset - TO_WHITE);
      double after = side.level(along(place), offset + TO_WHITE);
      double least = DARK * contrast * Math.max(before, after);
      if (Math.min(before, after) - line >= least) {
        seen++;
      }
    }
    return (double) seen / PLACES;
  }
}
