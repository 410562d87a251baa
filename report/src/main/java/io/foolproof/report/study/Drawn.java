package io.foolproof.report.study;

import io.foolproof.data.ImageShape;
import io.foolproof.report.Pictures;
import io.foolproof.report.Pictures.Picture;

/** Levels and signed levels of records as pictures. */
final class Drawn {
  private static final double LEVELS = 255;
  private static final double SIGNED = 127;

  private final Pictures pictures;
  private final int pixels;

  Drawn(ImageShape shape, int side) {
    pictures = new Pictures(shape, 0, 1, side);
    pixels = shape.pixels();
  }

  Drawn(int[] shape, int side) {
    this(new ImageShape(shape[0], shape[1], shape[2]), side);
  }

  /** Of levels from 0, black, to 255. */
  Picture image(int[] levels) {
    return pictures.image(scaled(levels, LEVELS));
  }

  /** Of values in [0, 1]. */
  Picture image(float[] values) {
    return pictures.image(values);
  }

  /** Of values from -127, blue, to 127, red; 0 is white. */
  Picture signed(int[] values) {
    return pictures.difference(new float[pixels], scaled(values, SIGNED), 1);
  }

  /** What was added, red, and taken away, blue. */
  Picture change(float[] from, float[] to, double scale) {
    return pictures.difference(from, to, scale);
  }

  private static float[] scaled(int[] values, double by) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (values[i] / by);
    }
    return scaled;
  }
}
