package io.foolproof.attack.search;

import io.foolproof.attack.Norm;
import io.foolproof.model.InputSpec;

/** Arithmetic on the values of one image, for searches that are written for one sample. */
public final class Vectors {
  private Vectors() {}

  /** A value moved into the box, whose ends are 32-bit numbers. */
  public static float clamp(double value, InputSpec box) {
    return Math.min((float) box.high(), Math.max((float) box.low(), (float) value));
  }

  /** Values moved into the box, in place: in a loop of its own, which a processor does at once. */
  public static float[] clamp(float[] values, InputSpec box) {
    float low = (float) box.low();
    float high = (float) box.high();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.min(high, Math.max(low, values[i]));
    }
    return values;
  }

  /** A point moved along a direction, inside the box. */
  public static float[] moved(float[] point, double step, float[] direction, InputSpec box) {
    float[] moved = new float[point.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (float) (point[i] + step * direction[i]);
    }
    return clamp(moved, box);
  }

  /** The point at a fraction of the way from one to another. */
  public static float[] between(float[] from, float[] to, double share) {
    float[] point = new float[from.length];
    double rest = 1 - share;
    for (int i = 0; i < point.length; i++) {
      point[i] = (float) (rest * from[i] + share * to[i]);
    }
    return point;
  }

  public static float[] minus(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** In four sums, which do not wait for each other. */
  public static double dot(float[] a, float[] b) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      sum0 += (double) a[i] * b[i];
      sum1 += (double) a[i + 1] * b[i + 1];
      sum2 += (double) a[i + 2] * b[i + 2];
      sum3 += (double) a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      sum0 += (double) a[i] * b[i];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  public static double length(float[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  /** Scaled in place to a length; a vector of zeros stays as it is. */
  public static float[] scaleTo(double length, float[] vector) {
    double factor = length / Math.max(Rows.SHORTEST, length(vector));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= (float) factor;
    }
    return vector;
  }

  /**
   * The direction of length 1 in a norm, L2 or L-inf, along which a linear function with this
   * gradient rises most.
   */
  public static float[] steepest(float[] gradient, Norm norm) {
    float[] direction = gradient.clone();
    if (norm == Norm.L2) {
      return scaleTo(1, direction);
    }
    for (int i = 0; i < direction.length; i++) {
      direction[i] = Math.signum(direction[i]);
    }
    return direction;
  }
}
