package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import org.jspecify.annotations.Nullable;

/**
 * How far two images are apart in each norm, computed in double precision; and how far pixels were
 * moved from one to the other, where that is known.
 *
 * @param l0 how many values differ
 * @param l1 the sum of absolute differences
 * @param l2 the Euclidean distance
 * @param linf the largest difference
 * @param pixels how many pixels differ, in any channel; null where two arrays alone do not tell
 * @param flow how far the pixel was moved that was moved farthest; null where nobody said
 */
public record Distances(
    int l0, double l1, double l2, double linf, @Nullable Integer pixels, @Nullable Double flow) {

  /** Measures two images of one size, which do not tell how far pixels were moved. */
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
      l0 += difference == 0 ? 0 : 1;
      l1 += difference;
      squares += difference * difference;
      // Not Math.max, of which each has to wait for the one before.
      linf = difference > linf ? difference : linf;
    }
    boolean numbers = !Double.isNaN(l1);
    return new Distances(l0, l1, Math.sqrt(squares), numbers ? linf : Double.NaN, null, null);
  }

  /** As {@link #between(float[], float[])}, of images of a known shape: pixels are counted, too. */
  public static Distances between(float[] a, float[] b, InputSpec shape) {
    Distances values = between(a, b);
    L0Units pixels = L0Units.of(Norm.L0_PIXELS, shape);
    int changed = pixels.size() == 1 ? values.l0 : pixels.changed(a, b);
    return new Distances(values.l0, values.l1, values.l2, values.linf, changed, null);
  }

  /** The same, and how far pixels were moved. */
  public Distances moved(double length) {
    return new Distances(l0, l1, l2, linf, pixels, length);
  }

  /**
   * The distance in one norm.
   *
   * @throws IllegalStateException where pixels are to be counted, but the shape was not given
   */
  public double in(Norm norm) {
    return switch (norm) {
      case LINF -> linf;
      case L2 -> l2;
      case L1 -> l1;
      case L0 -> l0;
      case L0_PIXELS -> counted();
    };
  }

  private double counted() {
    if (pixels == null) {
      throw new IllegalStateException("two arrays do not tell which values belong to a pixel");
    }
    return pixels;
  }
}
