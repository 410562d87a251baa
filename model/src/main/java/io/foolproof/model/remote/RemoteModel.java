package io.foolproof.model.remote;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;

/**
 * What a server says of its model.
 *
 * @param scores whether it answers scores; otherwise labels
 * @param mostImages that it takes in one request
 */
record RemoteModel(String name, InputSpec input, int classes, boolean scores, int mostImages) {
  /** More than any data set has; a guard against nonsense. */
  static final int MOST_CLASSES = 1_000_000;

  /** An image of 4096 by 4096. */
  private static final double MOST_PIXELS = 1 << 24;

  /** What is taken where the server does not say it; no shape and 0 classes where unknown. */
  record Unsaid(long[] shape, double low, double high, int classes) {}

  /**
   * The input of the shape that a server says.
   *
   * @throws InvalidInputException when the sizes make no image
   */
  static InputSpec input(Answer description, long[] shape, double low, double high) {
    double pixels = 1;
    boolean positive = shape.length > 0;
    for (long size : shape) {
      pixels *= size;
      positive &= size > 0;
    }
    if (!positive || pixels > MOST_PIXELS) {
      throw description.wrong(
          "the shape of an image",
          Arrays.toString(shape),
          "positive sizes of up to 2^24 pixels together");
    }
    return new InputSpec(shape, low, high);
  }

  /** Labels as scores: 1 for the class named, 0 for the others; NaN for a label that is none. */
  float[] oneHot(Answer answer, double[] labels) {
    float[] rows = new float[Math.multiplyExact(labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      double label = labels[i];
      if (Double.isNaN(label)) {
        Arrays.fill(rows, i * classes, (i + 1) * classes, Float.NaN);
        continue;
      }
      if (!(label >= 0 && label < classes) || label != Math.rint(label)) {
        throw answer.wrong(
            "the label of image " + i, String.valueOf(label), "a class, 0 to " + (classes - 1));
      }
      rows[i * classes + (int) label] = 1;
    }
    return rows;
  }
}
