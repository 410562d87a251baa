package io.foolproof.defense.fitted;

/** Arithmetic on rows of numbers, in double precision. */
final class Rows {
  private Rows() {}

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (double) a[j] * b[j];
    }
    return sum;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  /** One behind the other. */
  static float[] joined(float[][] rows) {
    float[] all = new float[Math.multiplyExact(rows.length, rows[0].length)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }
}
