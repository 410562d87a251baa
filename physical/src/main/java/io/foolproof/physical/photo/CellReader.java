package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.physical.sheet.SheetLayout;
import java.util.List;
import java.util.Optional;

/**
 * Reads the image of a cell: where its frame says that it is, each pixel the mean level of its
 * square, over the level of paper there, through the tone curve.
 */
final class CellReader {
  /** A side of the frame of which less is seen is covered, or out of focus. */
  private static final double UNCOVERED = 0.9;

  /** Places in a pixel, along each side. */
  private static final int SAMPLES = 4;

  private static final int PAPER_SAMPLES = 10;

  private final PrintRun run;
  private final SheetLayout layout;
  private final Probe[] probes;
  private final ToneCurve[] tones;
  private final Probe grey;
  private final ToneCurve greyTones;
  private final boolean flatbed;

  CellReader(PrintRun run, Photo photo, Plane plane) {
    this.run = run;
    layout = run.layout();
    int channels = run.shape().channels();
    grey = new Probe(photo, photo.grey(), plane);
    flatbed = Flatbed.shows(grey, layout);
    probes = new Probe[channels];
    tones = new ToneCurve[channels];
    for (int c = 0; c < channels; c++) {
      probes[c] = new Probe(photo, photo.band(c, channels), plane);
      tones[c] = ToneCurve.read(probes[c], layout, flatbed);
    }
    greyTones = channels == 1 ? tones[0] : ToneCurve.read(grey, layout, flatbed);
  }

  /** Whether paper next to some tone is as bright as can be told, so that the lightest are lost. */
  boolean isSaturated() {
    Area tones = layout.tones();
    return grey.mean(new Area(tones.x(), tones.y() - 3, tones.width(), 1.5), PAPER_SAMPLES)
        >= ToneCurve.SATURATED;
  }

  /** Of the photograph's grey. */
  ToneCurve tones() {
    return greyTones;
  }

  /** Of each channel of the images. */
  List<ToneCurve> channels() {
    return List.of(tones);
  }

  /** The image as pixels in [0, 1], {@code [C, H, W]}; empty where it is not seen for certain. */
  Optional<float[]> read(int cell) {
    Frame frame = Frame.find(grey, layout.frame(cell), greyTones.contrast());
    if (!(frame.seen() >= UNCOVERED)) {
      return Optional.empty();
    }
    int plane = layout.height() * layout.width();
    float[] pixels = new float[run.shape().channels() * plane];
    for (int c = 0; c < probes.length; c++) {
      if (!read(cell, frame, probes[c], tones[c], pixels, c * plane)) {
        return Optional.empty();
      }
    }
    return Optional.of(pixels);
  }

  private boolean read(
      int cell, Frame frame, Probe probe, ToneCurve curve, float[] target, int offset) {
    Area outer = layout.frame(cell);
    Area image = layout.image(cell);
    double side = layout.pixel();
    Paper paper = Paper.around(probe, outer, frame);
    if (!(flatbed || paper.brightest() < ToneCurve.SATURATED)) {
      return false;
    }
    for (int row = 0; row < layout.height(); row++) {
      for (int column = 0; column < layout.width(); column++) {
        double sum = 0;
        for (int i = 0; i < SAMPLES; i++) {
          for (int j = 0; j < SAMPLES; j++) {
            double x = image.x() + (column + (j + 0.5) / SAMPLES) * side;
            double y = image.y() + (row + (i + 0.5) / SAMPLES) * side;
            double u = (x - outer.x()) / outer.width();
            double v = (y - outer.y()) / outer.height();
            sum +=
                probe.at(
                        x + frame.left() * (1 - u) + frame.right() * u,
                        y + frame.top() * (1 - v) + frame.bottom() * v)
                    / paper.at(u, v);
          }
        }
        double value = run.pixel(curve.grey(sum / (SAMPLES * SAMPLES)));
        target[offset + row * layout.width() + column] = (float) value;
      }
    }
    return true;
  }

  /** How bright paper is around an image: a mean for each side, interpolated in between. */
  private record Paper(double left, double right, double top, double bottom) {

    static Paper around(Probe probe, Area outer, Frame frame) {
      double in = SheetLayout.LINE + SheetLayout.WHITE / 2;
      double left = 0;
      double right = 0;
      double top = 0;
      double bottom = 0;
      for (int k = 0; k < PAPER_SAMPLES; k++) {
        double t = 0.15 + 0.7 * (k + 0.5) / PAPER_SAMPLES;
        double x = outer.x() + t * outer.width();
        double y = outer.y() + t * outer.height();
        left += probe.at(outer.x() + in + frame.left(), y);
        right += probe.at(outer.right() - in + frame.right(), y);
        top += probe.at(x, outer.y() + in + frame.top());
        bottom += probe.at(x, outer.bottom() - in + frame.bottom());
      }
      return new Paper(
          left / PAPER_SAMPLES, right / PAPER_SAMPLES, top / PAPER_SAMPLES, bottom / PAPER_SAMPLES);
    }

    double at(double u, double v) {
      return (left * (1 - u) + right * u + top * (1 - v) + bottom * v) / 2;
    }

    double brightest() {
      return Math.max(Math.max(left, right), Math.max(top, bottom));
    }
  }
}
