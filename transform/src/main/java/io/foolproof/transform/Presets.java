package io.foolproof.transform;

import java.util.List;

/**
 * Views that have a name: what a scanner, a phone, a screen or a video does to an image. {@code
 * docs/physical.md} lists the range of every knob.
 */
final class Presets {
  /** Up to two pixels of 28. */
  private static final Range TWO_OF_28 = Range.around(0.07);

  private static final View SCAN =
      new View(
          "scan",
          List.of(
              new Rotation(Range.around(2)),
              new Scale(new Range(0.97, 1.03)),
              new Shift(Range.around(0.02), Range.around(0.02)),
              new DotGain(Range.around(0.05)),
              new ToneCurve(Range.upTo(0.05), new Range(0.9, 1)),
              new GaussianBlur(new Range(0.2, 0.5)),
              new ReadNoise(Range.upTo(0.02)),
              Rounding.EIGHT_BITS));

  private static final View SCAN_BINARY = SCAN.then("scan-binary", new Binarisation());

  private static final View PHONE_PHOTO =
      new View(
          "phone-photo",
          List.of(
              new Rotation(Range.around(15)),
              new Scale(new Range(0.9, 1.1)),
              new Shift(TWO_OF_28, TWO_OF_28),
              new Perspective(Range.upTo(20), new Range(2, 4)),
              new GaussianBlur(Range.upTo(0.7)),
              new UnevenLight(Range.upTo(0.15)),
              new Contrast(new Range(0.8, 1.2)),
              new Brightness(Range.around(0.05)),
              new ReadNoise(Range.upTo(0.04)),
              Rounding.EIGHT_BITS));

  private static final View SCREEN_PHOTO =
      new View(
          "screen-photo",
          List.of(
              new Rotation(Range.around(5)),
              new Scale(new Range(0.9, 1.1)),
              new Shift(TWO_OF_28, TWO_OF_28),
              new Perspective(Range.upTo(20), new Range(1.5, 3)),
              new Gamma(new Range(0.8, 1.25)),
              new ColourCast(new Range(0.85, 1.1)),
              new Vignetting(Range.upTo(0.2)),
              new Resolution(new Range(1, 1.3)),
              new ShotNoise(Range.upTo(0.03)),
              new ReadNoise(Range.upTo(0.02)),
              Jpeg.of(new Range(80, 95))));

  private static final View VIDEO_FRAME =
      new View(
          "video-frame",
          List.of(
              new Rotation(Range.around(10)),
              new Scale(new Range(0.8, 1.1)),
              new Shift(TWO_OF_28, TWO_OF_28),
              new Perspective(Range.upTo(25), new Range(1.5, 3)),
              new MotionBlur(Range.upTo(2)),
              new Resolution(new Range(1, 1.5)),
              new Contrast(new Range(0.8, 1.2)),
              new Brightness(Range.around(0.05)),
              new ShotNoise(Range.upTo(0.05)),
              new ReadNoise(Range.upTo(0.03)),
              Jpeg.of(new Range(40, 80))));

  static final List<View> ALL = List.of(SCAN, SCAN_BINARY, PHONE_PHOTO, SCREEN_PHOTO, VIDEO_FRAME);

  private Presets() {}
}
