package io.foolproof.certify.bound;

import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.Step;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bounds over a part of a box, with nothing optimised: intervals, then CROWN for what each
 * activation takes, layer by layer, then CROWN for functions of a value. All in 64 bits, less all
 * rounding errors; the checker computes the same from the part alone.
 */
public final class PartCrown {
  private final NetBounds bounds;
  private final Net net;

  /** What was shown of the whole box holds in a part. */
  public PartCrown(NetBounds whole, double[] low, double[] high) {
    this.bounds = whole.part(low, high);
    this.net = whole.net();
    for (Step step : net.steps()) {
      if (step instanceof Step.Activation activation) {
        tighten(activation);
      }
      bounds.refresh(step);
    }
  }

  /**
   * Lower bounds of functions.
   *
   * @param values of the functions
   * @param slopes of each, the size of the coefficients of the inputs
   * @param points of each, the input at which the relaxed network attains the bound
   */
  public record Found(double[] values, double[][] slopes, float[][] points) {}

  /** Bounds functions of a value, by its number, from below. */
  public Found lower(int value, double[][] functions) {
    Crown.Backward pass = backward(value, functions);
    double[] slopes = pass.input().abs().toDoubles();
    float[] points = pass.point().to(DType.FLOAT32).toFloats();
    int d = net.inputs();
    double[][] slopesOf = new double[functions.length][];
    float[][] pointsOf = new float[functions.length][];
    for (int i = 0; i < functions.length; i++) {
      slopesOf[i] = Arrays.copyOfRange(slopes, i * d, (i + 1) * d);
      pointsOf[i] = Arrays.copyOfRange(points, i * d, (i + 1) * d);
    }
    return new Found(pass.bound().toDoubles(), slopesOf, pointsOf);
  }

  private void tighten(Step.Activation activation) {
    int value = activation.from();
    int[] unstable = bounds.unstable(activation);
    if (unstable.length == 0 || bounds.areExact(value)) {
      return;
    }
    double[][] functions = new double[2 * unstable.length][net.sizes().get(value)];
    for (int i = 0; i < unstable.length; i++) {
      functions[2 * i][unstable[i]] = 1;
      functions[2 * i + 1][unstable[i]] = -1;
    }
    double[] found = backward(value, functions).bound().toDoubles();
    for (int i = 0; i < unstable.length; i++) {
      bounds.show(value, unstable[i], false, found[2 * i]);
      bounds.show(value, unstable[i], true, -found[2 * i + 1]);
    }
  }

  private Crown.Backward backward(int value, double[][] functions) {
    Crown crown = new Crown(bounds, DType.FLOAT64);
    int count = (int) net.activations().stream().filter(a -> a.to() <= value).count();
    Lines[] lines = new Lines[count];
    Tensor[] alphas = new Tensor[count];
    for (int k = 0; k < count; k++) {
      lines[k] = crown.lines(k);
      double[] slopes = Arrays.stream(crown.usualSlopes(k)).asDoubleStream().toArray();
      alphas[k] = Net.row(slopes, DType.FLOAT64).div(Crown.LEVELS);
    }
    @Nullable Tensor[] betas = new Tensor[count];
    Tensor rows = crown.rows(functions);
    return crown.backward(
        value, rows, crown.pulled(value, functions), lines, alphas, betas, null, true);
  }
}
