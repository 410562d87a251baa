package io.foolproof.certify.bound;

import io.foolproof.certify.net.Net;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a rectifier: alpha x below it, the chord above it; [1, n], or [R, n] where rows are
 * split.
 *
 * @param active 1 where the rectifier is the identity
 * @param unstable 1 where the sign of its input is not known
 * @param slope of the line above it
 * @param intercept of the line above it
 * @param signs 1, -1 or 0: what a split says of the sign of its input; null where none is split
 */
record RectifierLines(
    Tensor active, Tensor unstable, Tensor slope, Tensor intercept, @Nullable Tensor signs)
    implements Lines {

  /** Of rows that are not split, for inputs from l to h. */
  static RectifierLines of(double[] l, double[] h, DType type) {
    double[][] numbers = new double[4][l.length];
    for (int j = 0; j < l.length; j++) {
      boolean unstable = l[j] < 0 && h[j] > 0;
      numbers[0][j] = l[j] >= 0 ? 1 : 0;
      numbers[1][j] = unstable ? 1 : 0;
      numbers[2][j] = unstable ? h[j] / (h[j] - l[j]) : numbers[0][j];
      numbers[3][j] = unstable ? -l[j] * numbers[2][j] : 0;
    }
    return new RectifierLines(
        Net.row(numbers[0], type),
        Net.row(numbers[1], type),
        Net.row(numbers[2], type),
        Net.row(numbers[3], type),
        null);
  }

  /**
   * The same lines, where rows are split.
   *
   * @param other signs, [R, n]
   */
  RectifierLines split(Tensor other) {
    Tensor open = other.abs().neg().add(1);
    Tensor on = other.clamp(0, 1);
    return new RectifierLines(
        active.mul(open).add(on),
        unstable.mul(open),
        slope.mul(open).add(on),
        intercept.mul(open),
        other);
  }

  private Tensor below(Tensor alpha) {
    return unstable.mul(alpha).add(active);
  }

  @Override
  public Pulled pull(Tensor r, Tensor alpha, @Nullable Tensor beta) {
    Tensor positive = r.clamp(0, Double.POSITIVE_INFINITY);
    Tensor negative = r.sub(positive);
    Tensor row = positive.mul(below(alpha)).add(negative.mul(slope));
    if (signs != null && beta != null) {
      row = row.sub(signs.mul(beta));
    }
    return new Pulled(row, negative.mul(intercept).sum(true, 1));
  }

  @Override
  public Tensor push(Tensor x, Tensor r, Tensor alpha) {
    return Tensor.where(r.lt(0), x.mul(slope).add(intercept), x.mul(below(alpha)));
  }

  @Override
  public Tensor derivative(Tensor x, Tensor r, Tensor alpha) {
    return r.clamp(0, Double.POSITIVE_INFINITY).mul(x).mul(unstable);
  }

  @Override
  public Tensor loss(Tensor x, Tensor r, Tensor alpha) {
    // Where no point is known the intercept decides.
    return x.relu()
        .sub(push(x, r, alpha))
        .mul(r)
        .sub(r.clamp(Double.NEGATIVE_INFINITY, 0).mul(intercept).mul(1e-3))
        .add(1e-12)
        .mul(unstable);
  }
}
