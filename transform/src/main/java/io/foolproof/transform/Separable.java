package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * A linear transformation of rows and columns alike, each channel for itself: a matrix for each
 * image and direction.
 */
public sealed interface Separable extends Transformation permits GaussianBlur, Resolution {

  /** The knob. */
  Range knob();

  /**
   * What is done to a row or column: each new pixel as a weighted sum of old ones.
   *
   * @return [size][size]
   */
  double[][] weights(double knob, int size);

  /** The value of the knob at which nothing changes. */
  double neutral();

  @Override
  default Tensor apply(Tensor images, Draw draw) {
    if (knob().isAlways(neutral())) {
      return images;
    }
    double[] knobs = draw.values(knob());
    Tensor rows = matrices(knobs, images, (int) images.size(2));
    Tensor columns =
        images.size(2) == images.size(3) ? rows : matrices(knobs, images, (int) images.size(3));
    return rows.matmul(images).matmul(columns.transpose(2, 3));
  }

  private Tensor matrices(double[] knobs, Tensor images, int size) {
    double[] all = new double[knobs.length * size * size];
    int at = 0;
    for (double knob : knobs) {
      for (double[] row : weights(knob, size)) {
        System.arraycopy(row, 0, all, at, size);
        at += size;
      }
    }
    return Tensor.of(all, knobs.length, 1, size, size).to(images.dtype());
  }
}
