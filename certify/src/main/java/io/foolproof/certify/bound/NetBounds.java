package io.foolproof.certify.bound;

import io.foolproof.certify.net.LinearMap;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.Step;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of every value of a network for inputs in a box: intervals, pushed from step to step, and
 * tighter where they have been shown to be.
 *
 * <p>Gowal et al.: On the effectiveness of interval bound propagation for training verifiably
 * robust models, 2018, arXiv 1810.12715, section 3.1. With the rounding errors of every 32-bit
 * execution.
 */
public final class NetBounds {
  private static final double SURE = 1e-6;

  private final Net net;
  private final InputSet inputs;
  private final @Nullable Assumption assumption;
  private final double[][] low;
  private final double[][] high;
  private final double[][] shownLow;
  private final double[][] shownHigh;

  /** By the value that a linear step gives: |W| |x| + |b|. */
  private final double[][] extent;

  /** The intervals of some inputs. */
  public NetBounds(Net net, InputSet inputs) {
    this.net = net;
    this.inputs = inputs;
    this.assumption = null;
    int count = net.sizes().size();
    this.low = new double[count][];
    this.high = new double[count][];
    this.extent = new double[count][0];
    this.shownLow = new double[count][];
    this.shownHigh = new double[count][];
    for (int value = 0; value < count; value++) {
      shownLow[value] = filled(net.sizes().get(value), Double.NEGATIVE_INFINITY);
      shownHigh[value] = filled(net.sizes().get(value), Double.POSITIVE_INFINITY);
    }
    this.low[0] = inputs.low().clone();
    this.high[0] = inputs.high().clone();
    refresh();
  }

  /** Of a part, which rests on all that was shown of the whole. */
  private NetBounds(NetBounds whole, InputSet inputs, @Nullable Assumption assumption) {
    this.net = whole.net;
    this.inputs = inputs;
    this.assumption = assumption;
    int count = net.sizes().size();
    this.low = new double[count][];
    this.high = new double[count][];
    this.extent = new double[count][0];
    this.shownLow = Arrays.stream(whole.shownLow).map(double[]::clone).toArray(double[][]::new);
    this.shownHigh = Arrays.stream(whole.shownHigh).map(double[]::clone).toArray(double[][]::new);
    this.low[0] = inputs.low().clone();
    this.high[0] = inputs.high().clone();
  }

  /** Of a part of its box, with what has been shown of the whole; no step has been taken yet. */
  NetBounds part(double[] lowest, double[] highest) {
    return new NetBounds(this, new InputSet(lowest, highest, inputs.ball()), assumption);
  }

  /** With all that has been shown, where an assumption holds, too. */
  public NetBounds given(Assumption other) {
    NetBounds given = new NetBounds(this, inputs, other);
    given.refresh();
    return given;
  }

  /** Under which they hold; null where they hold for all inputs. */
  @Nullable Assumption assumption() {
    return assumption;
  }

  /**
   * Whether a lower bound is above the upper one, by more than what others round otherwise: then no
   * input meets the assumption.
   */
  public boolean areContradictory() {
    for (int value = 0; value < low.length; value++) {
      for (int j = 0; j < low[value].length; j++) {
        double gap = low[value][j] - high[value][j];
        if (gap > SURE * (1 + Math.abs(low[value][j]))) {
          return true;
        }
      }
    }
    return false;
  }

  private static double[] filled(int size, double value) {
    double[] filled = new double[size];
    Arrays.fill(filled, value);
    return filled;
  }

  /** The network. */
  public Net net() {
    return net;
  }

  /** The inputs that they are about. */
  public InputSet inputs() {
    return inputs;
  }

  /** Lower bounds of a value, by its number; not to be changed. */
  public double[] low(int value) {
    return low[value];
  }

  /** Upper bounds of a value. */
  public double[] high(int value) {
    return high[value];
  }

  /** The sums of the absolute values of what a step adds, by the value that it gives. */
  double[] extent(int value) {
    return extent[value];
  }

  /** The largest absolute values. */
  double[] size(int value) {
    double[] size = new double[low[value].length];
    for (int j = 0; j < size.length; j++) {
      size[j] = Math.max(Math.abs(low[value][j]), Math.abs(high[value][j]));
    }
    return size;
  }

  /** Takes a bound of one number of a value as shown; {@link #refresh} spreads it. */
  public void show(int value, int neuron, boolean upper, double bound) {
    if (upper) {
      shownHigh[value][neuron] = Math.min(shownHigh[value][neuron], bound);
      high[value][neuron] = Math.min(high[value][neuron], bound);
    } else {
      shownLow[value][neuron] = Math.max(shownLow[value][neuron], bound);
      low[value][neuron] = Math.max(low[value][neuron], bound);
    }
  }

  /**
   * For which inputs of an activation there are several lines: where a rectifier's may have either
   * sign, and where a curve's is not fixed.
   */
  public int[] unstable(Step.Activation activation) {
    int value = activation.from();
    boolean isCurve = activation instanceof Step.Tanh;
    return IntStream.range(0, low[value].length)
        .filter(
            j -> isCurve ? low[value][j] < high[value][j] : low[value][j] < 0 && high[value][j] > 0)
        .toArray();
  }

  /** Whether intervals of a value are as tight as can be: affine maps of a box. */
  public boolean areExact(int value) {
    return inputs.ball() == null
        && net.steps().stream()
            .anyMatch(
                step ->
                    step.to() == value && step instanceof Step.Linear linear && linear.from() == 0);
  }

  /** Computes all intervals anew. */
  public void refresh() {
    net.steps().forEach(this::refresh);
  }

  /** Computes the intervals of what a step gives, from those of what it takes. */
  void refresh(Step step) {
    int to = step.to();
    if (step instanceof Step.Linear linear) {
      linear(linear);
    } else if (step instanceof Step.Rectifier rectifier) {
      low[to] = Arrays.stream(low[rectifier.from()]).map(x -> Math.max(x, 0)).toArray();
      high[to] = Arrays.stream(high[rectifier.from()]).map(x -> Math.max(x, 0)).toArray();
    } else if (step instanceof Step.Tanh curve) {
      low[to] = curved(low[curve.from()], -1);
      high[to] = curved(high[curve.from()], 1);
    } else if (step instanceof Step.Sum sum) {
      sum(sum.a(), sum.b(), to, Rounding.of(1, 1));
    } else if (step instanceof Step.Join join) {
      sum(join.a(), join.b(), to, Rounding.check(1));
    } else if (step instanceof Step.Maximum maximum) {
      sum(maximum.a(), maximum.excess(), to, Rounding.check(1));
      maximum(maximum);
    }
    for (int j = 0; j < low[to].length; j++) {
      low[to][j] = Math.max(low[to][j], shownLow[to][j]);
      high[to][j] = Math.min(high[to][j], shownHigh[to][j]);
    }
  }

  private static double[] curved(double[] ends, int side) {
    return Arrays.stream(ends).map(x -> Math.tanh(x) + side * Rounding.TANH).toArray();
  }

  private void linear(Step.Linear step) {
    LinearMap map = step.map();
    double[] size = size(step.from());
    int n = size.length;
    double[] rows = new double[2 * n];
    double[] centres = new double[n];
    for (int j = 0; j < n; j++) {
      centres[j] = (low[step.from()][j] + high[step.from()][j]) / 2;
      rows[j] = (high[step.from()][j] - low[step.from()][j]) / 2;
      rows[n + j] = size[j];
    }
    double[] middle;
    double[] spreads;
    try (Scope scope = Scope.open()) {
      middle = Net.pushed(map, Net.row(centres, DType.FLOAT64)).toDoubles();
      spreads = map.pushAbsolute(Tensor.of(rows, 2, n)).toDoubles();
    }
    int m = middle.length;
    int to = step.to();
    low[to] = new double[m];
    high[to] = new double[m];
    extent[to] = new double[m];
    double[] bias = map.absoluteBias();
    double rounding =
        map.isExact() ? Rounding.check(map.fanIn()) : Rounding.of(map.fanIn(), map.fanIn());
    double relative = rounding + Rounding.SLACK * 1e-3;
    for (int i = 0; i < m; i++) {
      extent[to][i] = spreads[m + i] + bias[i];
      double error = relative * extent[to][i];
      low[to][i] = middle[i] - spreads[i] - error;
      high[to][i] = middle[i] + spreads[i] + error;
    }
  }

  private void sum(int first, int second, int to, double rounding) {
    double[] a = size(first);
    double[] b = size(second);
    low[to] = new double[a.length];
    high[to] = new double[a.length];
    extent[to] = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      extent[to][j] = a[j] + b[j];
      double error = (rounding + Rounding.SLACK * 1e-3) * extent[to][j];
      low[to][j] = low[first][j] + low[second][j] - error;
      high[to][j] = high[first][j] + high[second][j] + error;
    }
  }

  /** The maximum is at least, and at most, that of the bounds. */
  private void maximum(Step.Maximum step) {
    int to = step.to();
    for (int j = 0; j < low[to].length; j++) {
      double least = Math.max(low[step.a()][j], low[step.b()][j]);
      double most = Math.max(high[step.a()][j], high[step.b()][j]);
      low[to][j] = Math.max(low[to][j], least - Rounding.SLACK * 1e-3 * Math.abs(least));
      high[to][j] = Math.min(high[to][j], most + Rounding.SLACK * 1e-3 * Math.abs(most));
    }
  }
}
