package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.SheetLayout;

/**
 * Whether a sheet is seen as a flatbed scanner shows it: at one scale throughout, in light that is
 * the same everywhere. Then paper that is as bright as the scanner tells is everywhere as bright,
 * and tones below it can be read; in a photograph nobody knows how much brighter it is.
 */
final class Flatbed {
  /** How much scales differ at most, as a fraction. */
  private static final double ONE_SCALE = 0.005;

  /** How many levels the black of the markers differs at most. */
  private static final double EVEN = 4;

  private static final int SAMPLES = 8;

  private Flatbed() {}

  static boolean shows(Probe probe, SheetLayout layout) {
    double smallest = Double.MAX_VALUE;
    double largest = 0;
    double darkest = Double.MAX_VALUE;
    double lightest = 0;
    for (int corner = 0; corner < SheetLayout.CORNERS; corner++) {
      Area marker = layout.marker(corner);
      double scale = probe.plane().resolution(marker.x(), marker.y());
      smallest = Math.min(smallest, scale);
      largest = Math.max(largest, scale);
      double black = probe.mean(border(marker), SAMPLES);
      darkest = Math.min(darkest, black);
      lightest = Math.max(lightest, black);
    }
    // NaN, of a corner that is not in the picture, is no.
    return largest - smallest <= ONE_SCALE * largest && lightest - darkest <= EVEN;
  }

  /** Inside the black above a marker's bits: a seventh of its side. */
  private static Area border(Area marker) {
    double module = marker.height() / 7;
    return new Area(
        marker.x() + module, marker.y() + module / 4, marker.width() - 2 * module, module / 2);
  }
}
