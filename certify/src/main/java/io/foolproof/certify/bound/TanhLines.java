package io.foolproof.certify.bound;

import io.foolproof.certify.net.Net;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the hyperbolic tangent on [l, h]. Below it: the tangent at d = min(l + alpha (h -
 * l), limit), where the limit is the point whose tangent ends at (h, tanh(h)), or h where tanh is
 * convex on all of [l, h]; the chord where there is no such point. Above it: the same, turned by
 * half a turn about 0, under which tanh is itself.
 *
 * <p>Zhang et al.: CROWN, 2018, arXiv 1811.00866, section 3.2 and table 3. That tangent points are
 * optimised, each function's for itself, is from Shi, Jin, Kolter, Jana, Hsieh, Zhang: Neural
 * network verification with branch-and-bound for general nonlinearities, 2024, arXiv 2405.21063,
 * section 2.
 */
final class TanhLines implements Lines {
  /** The alpha of CROWN: the tangent in the middle, as far as there is one. In 255ths. */
  static final int USUAL = 128;

  /** The limit is found to the interval's width by 2 to this power. */
  private static final int HALVINGS = 40;

  private final Side below;
  private final Side above;

  /**
   * One side's lines, [1, n] each.
   *
   * @param end where d is for alpha = 0
   * @param width from there to where it would be for alpha = 1
   * @param farthest beyond which it does not go
   * @param tangent 1 where there is a tangent, 0 for the chord
   * @param slope of the chord; 0 where there is a tangent
   * @param intercept of the chord; 0 where there is a tangent
   */
  private record Side(
      Tensor end, Tensor width, Tensor farthest, Tensor tangent, Tensor slope, Tensor intercept) {

    static Side of(double[] l, double[] h, boolean turned, DType type) {
      double[][] numbers = new double[6][l.length];
      for (int j = 0; j < l.length; j++) {
        double low = turned ? -h[j] : l[j];
        double high = turned ? -l[j] : h[j];
        double limit = limit(low, high);
        boolean isChord = !(limit > low) && high > low;
        double sign = turned ? -1 : 1;
        numbers[0][j] = sign * low;
        numbers[1][j] = sign * (high - low);
        numbers[2][j] = sign * limit;
        numbers[3][j] = isChord ? 0 : 1;
        if (isChord) {
          double slope = (Math.tanh(high) - Math.tanh(low)) / (high - low);
          numbers[4][j] = slope;
          double atLow = Math.tanh(low) - slope * low;
          numbers[5][j] = sign * Math.min(atLow, Math.tanh(high) - slope * high);
        }
      }
      return new Side(
          Net.row(numbers[0], type),
          Net.row(numbers[1], type),
          Net.row(numbers[2], type),
          Net.row(numbers[3], type),
          Net.row(numbers[4], type),
          Net.row(numbers[5], type));
    }

    List<Tensor> all() {
      return List.of(end, width, farthest, tangent, slope, intercept);
    }
  }

  /**
   * The largest d whose tangent is below tanh on all of [l, h]; l where there is none, or only that
   * one.
   */
  static double limit(double l, double h) {
    if (h <= 0 || l >= 0) {
      return h <= 0 ? h : l;
    }
    double valid = l;
    double beyond = 0;
    for (int i = 0; i < HALVINGS; i++) {
      double d = (valid + beyond) / 2;
      double t = Math.tanh(d);
      boolean isValid = t + (1 - t * t) * (h - d) <= Math.tanh(h);
      valid = isValid ? d : valid;
      beyond = isValid ? beyond : d;
    }
    return valid;
  }

  /** For inputs from l to h. */
  TanhLines(double[] l, double[] h, DType type) {
    below = Side.of(l, h, false, type);
    above = Side.of(l, h, true, type);
  }

  /**
   * The lines that count: [R, n] each.
   *
   * @param reached whether a larger alpha changes nothing
   * @param change of d with alpha
   */
  private record Chosen(
      Tensor slope, Tensor intercept, Tensor d, Tensor curvature, Tensor change, Tensor reached) {}

  private Chosen chosen(Tensor r, Tensor alpha) {
    Tensor isAbove = r.lt(0);
    Tensor[] own = new Tensor[6];
    for (int i = 0; i < own.length; i++) {
      own[i] = Tensor.where(isAbove, above.all().get(i), below.all().get(i));
    }
    Tensor wanted = own[0].add(own[1].mul(alpha));
    Tensor d = Tensor.where(isAbove, wanted.maximum(own[2]), wanted.minimum(own[2]));
    Tensor t = d.tanh();
    Tensor steepness = t.mul(t).neg().add(1).mul(own[3]);
    Tensor slope = steepness.add(own[4]);
    Tensor intercept = t.mul(own[3]).sub(steepness.mul(d)).add(own[5]);
    Tensor curvature = steepness.mul(t).mul(-2);
    return new Chosen(slope, intercept, d, curvature, own[1], d.eq(wanted).not());
  }

  @Override
  public Pulled pull(Tensor r, Tensor alpha, @Nullable Tensor beta) {
    Chosen lines = chosen(r, alpha);
    return new Pulled(r.mul(lines.slope), r.mul(lines.intercept).sum(true, 1));
  }

  @Override
  public Tensor push(Tensor x, Tensor r, Tensor alpha) {
    Chosen lines = chosen(r, alpha);
    return x.mul(lines.slope).add(lines.intercept);
  }

  /** With a(d) x + c(d) the tangent at d, c'(d) = -a'(d) d: r a'(d) (x - d) is the derivative. */
  @Override
  public Tensor derivative(Tensor x, Tensor r, Tensor alpha) {
    Chosen lines = chosen(r, alpha);
    Tensor free = r.mul(lines.curvature).mul(x.sub(lines.d)).mul(lines.change);
    return Tensor.where(lines.reached, free.clamp(Double.NEGATIVE_INFINITY, 0), free);
  }

  @Override
  public @Nullable Tensor signs() {
    return null;
  }

  @Override
  public @Nullable Tensor loss(Tensor x, Tensor r, Tensor alpha) {
    return null;
  }
}
