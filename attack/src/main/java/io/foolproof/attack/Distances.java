package io.foolproof.attack;

/**
 * How far two images are apart in each norm, computed in double precision.
 *
 * @param l0 how many values differ
 * @param l1 the sum of absolute differences
 * @param l2 the Euclidean distance
 * @param linf the largest difference
 */
public record Distances(int l0, double l1, double l2, double linf) {

  /** Measures two images of one size. */
  public static Distances between(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " values against " + b.length);
    }
    int l0 = 0;
    double l1 = 0;
    double squares = 0;
    double linf = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = Math.abs((double) a[i] - b[i]);
      l0 += difference > 0 ? 1 : 0;
      l1 += difference;
      squares += difference * difference;
      linf = Math.max(linf, difference);
    }
    return new Distances(l0, l1, Math.sqrt(squares), linf);
  }

  /** The distance in one norm. */
  public double in(Norm norm) {
    return switch (norm) {
      case LINF -> linf;
      case L2 -> l2;
      case L1 -> l1;
      case L0 -> l0;
    };
  }
}
