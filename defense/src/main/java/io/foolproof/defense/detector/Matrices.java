package io.foolproof.defense.detector;

import io.foolproof.tensor.Tensor;

/** Rows of numbers as tensors. */
final class Matrices {
  private Matrices() {}

  /** [rows, columns], 64-bit. */
  static Tensor of(double[][] rows) {
    int columns = rows[0].length;
    double[] values = new double[Math.multiplyExact(rows.length, columns)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    return Tensor.of(values, rows.length, columns);
  }
}
