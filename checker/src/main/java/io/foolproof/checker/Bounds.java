package io.foolproof.checker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of all values of a network for inputs in a box, in exact arithmetic and in every 32-bit
 * execution: by intervals from layer to layer, and tighter where a claim was shown.
 */
final class Bounds {
  private static final double LARGEST_FLOAT = Float.MAX_VALUE / 2;

  private final Network network;
  private final @Nullable Ball ball;
  private final double[][] low;
  private final double[][] high;

  /** By value, what was shown of inputs of activations, and otherwise nothing. */
  private final double[][] shownLow;

  private final double[][] shownHigh;

  /** By value, of the layer that gives it. */
  private final double[][] extents;

  private final double[][] flushes;
  private final double[][][] limits;

  /** Whether they rest on an assumption, which may be that of what never happens. */
  private final boolean assuming;

  /** By how much a lower bound is above an upper one, where that is so. */
  private double contradiction;

  Bounds(Network network, double[] low, double[] high) {
    this(network, low, high, null);
  }

  /** Of inputs in a box and, if it is not null, in a ball. */
  Bounds(Network network, double[] low, double[] high, @Nullable Ball ball) {
    this.network = network;
    this.ball = ball;
    this.assuming = false;
    int count = network.sizes().size();
    this.low = new double[count][];
    this.high = new double[count][];
    this.shownLow = new double[count][];
    this.shownHigh = new double[count][];
    this.extents = new double[count][0];
    this.flushes = new double[count][0];
    this.limits = new double[count][2][0];
    for (int value = 0; value < count; value++) {
      shownLow[value] = filled(network.sizes().get(value), Double.NEGATIVE_INFINITY);
      shownHigh[value] = filled(network.sizes().get(value), Double.POSITIVE_INFINITY);
    }
    this.low[0] = low;
    this.high[0] = high;
    refresh();
  }

  /** Of a part, which rests on all that was shown of the whole. */
  private Bounds(Bounds whole, double[] low, double[] high, boolean assuming) {
    this.assuming = assuming;
    this.network = whole.network;
    this.ball = whole.ball;
    this.low = new double[whole.low.length][];
    this.high = new double[whole.high.length][];
    this.shownLow = Arrays.stream(whole.shownLow).map(double[]::clone).toArray(double[][]::new);
    this.shownHigh = Arrays.stream(whole.shownHigh).map(double[]::clone).toArray(double[][]::new);
    this.extents = new double[whole.low.length][0];
    this.flushes = new double[whole.low.length][0];
    this.limits = new double[whole.low.length][2][0];
    this.low[0] = low.clone();
    this.high[0] = high.clone();
    refresh();
  }

  /** The same, under an assumption. */
  Bounds assuming() {
    return new Bounds(this, low[0], high[0], true);
  }

  /** By how much a lower bound is above an upper one; 0 where none is. */
  double contradiction() {
    return contradiction;
  }

  private static double[] filled(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }

  Network network() {
    return network;
  }

  @Nullable Ball ball() {
    return ball;
  }

  double[] low(int value) {
    return low[value];
  }

  double[] high(int value) {
    return high[value];
  }

  /** The largest absolute values. */
  double[] size(int value) {
    double[] size = new double[low[value].length];
    for (int j = 0; j < size.length; j++) {
      size[j] = Math.max(Math.abs(low[value][j]), Math.abs(high[value][j]));
    }
    return size;
  }

  /** The sums of the absolute values of everything that is added in a layer: |W| |x| + |b|. */
  double[] extent(Layer layer) {
    return extents[layer.to()];
  }

  /** What flushing subnormal numbers to 0 changes at most in each output of a layer. */
  double[] flush(Layer layer) {
    return flushes[layer.to()];
  }

  /** Where tangents of a curve end: [below, above][neuron], the latter turned about 0. */
  double[][] limits(Layer.Curve layer) {
    return limits[layer.to()];
  }

  /** Takes a claim about an input of an activation as shown. */
  void show(int value, int neuron, boolean upper, double bound) {
    if (upper) {
      shownHigh[value][neuron] = Math.min(shownHigh[value][neuron], bound);
    } else {
      shownLow[value][neuron] = Math.max(shownLow[value][neuron], bound);
    }
  }

  /** Of the inputs of which one number is at least, or at most, a value. */
  Bounds part(int input, boolean above, double at) {
    if (input < 0 || input >= network.inputs()) {
      throw new UncheckableException("the certificate splits input " + input + ", which is none");
    }
    double[] ends = (above ? low : high)[0].clone();
    if (!(low[0][input] <= at && at <= high[0][input])) {
      throw new UncheckableException(
          "the certificate splits input %d at %s, which is not in [%s, %s]"
              .formatted(input, at, low[0][input], high[0][input]));
    }
    ends[input] = at;
    return above ? new Bounds(this, ends, high[0], false) : new Bounds(this, low[0], ends, false);
  }

  /** Bounds what activations take by passes with the usual slopes, layer by layer. */
  void tighten() {
    for (Layer layer : network.layers()) {
      if (layer instanceof Layer.Activation activation) {
        int value = activation.from();
        for (int j = 0; j < low[value].length; j++) {
          if (activation instanceof Layer.Curve || low[value][j] * high[value][j] < 0) {
            tighten(value, j, 1);
            tighten(value, j, -1);
          }
        }
        meetShown(value);
      }
      refresh(layer);
    }
  }

  private void tighten(int value, int neuron, int sign) {
    int count = network.sizes().size();
    double[] row = new double[low[value].length];
    row[neuron] = sign;
    Pass pass = new Pass(this, new double[count][0], new int[count][0], new float[count][0]);
    double bound = pass.lower(row, value, 0).bound();
    if (Double.isFinite(bound)) {
      show(value, neuron, sign < 0, sign * bound);
    }
  }

  /** Computes all intervals anew, with what has been shown. */
  private void refresh() {
    network.layers().forEach(this::refresh);
  }

  /** Computes anew the intervals that may depend on what has been shown of a value. */
  void refreshFrom(int value) {
    boolean behind = false;
    for (Layer layer : network.layers()) {
      behind |= layer.to() == value;
      // Of what never happens nothing more is asked.
      if (behind && contradiction == 0) {
        refresh(layer);
      }
    }
  }

  private void refresh(Layer layer) {
    int to = layer.to();
    if (layer instanceof Layer.Linear linear) {
      linear(linear);
    } else if (layer instanceof Layer.Rectifier rectifier) {
      // A subnormal number may be flushed to 0.
      low[to] =
          Arrays.stream(low[rectifier.from()]).map(x -> x < Float.MIN_NORMAL ? 0 : x).toArray();
      high[to] = Arrays.stream(high[rectifier.from()]).map(x -> Math.max(x, 0)).toArray();
    } else if (layer instanceof Layer.Curve curve) {
      curve(curve);
    } else if (layer instanceof Layer.Sum sum) {
      sum(sum);
    }
    meetShown(to);
  }

  private void meetShown(int value) {
    for (int j = 0; j < low[value].length; j++) {
      low[value][j] = Math.max(low[value][j], shownLow[value][j]);
      high[value][j] = Math.min(high[value][j], shownHigh[value][j]);
      double gap = low[value][j] - high[value][j];
      if (assuming && gap > 0) {
        contradiction = Math.max(contradiction, gap);
      } else if (!(gap <= 0) || !(Math.abs(high[value][j]) < LARGEST_FLOAT)) {
        throw new UncheckableException("bounds contradict one another, or exceed 32-bit numbers");
      }
    }
  }

  private void curve(Layer.Curve layer) {
    double[] l = low[layer.from()];
    double[] h = high[layer.from()];
    double[][] limit = new double[2][l.length];
    low[layer.to()] = new double[l.length];
    high[layer.to()] = new double[l.length];
    for (int j = 0; j < l.length; j++) {
      low[layer.to()][j] = Math.nextDown(Tanh.low(l[j]) - Rounding.TANH);
      high[layer.to()][j] = Math.nextUp(Tanh.high(h[j]) + Rounding.TANH);
      limit[0][j] = Tanh.limit(l[j], h[j]);
      limit[1][j] = Tanh.limit(-h[j], -l[j]);
    }
    limits[layer.to()] = limit;
  }

  private void linear(Layer.Linear layer) {
    Affine map = layer.map();
    int from = layer.from();
    double[] size = size(from);
    double[] centre = new double[size.length];
    double[] radius = new double[size.length];
    double total = 0;
    for (int j = 0; j < size.length; j++) {
      centre[j] = 0.5 * low[from][j] + 0.5 * high[from][j];
      radius[j] = Math.nextUp(Math.max(high[from][j] - centre[j], centre[j] - low[from][j]));
      total += size[j];
    }
    double[] bias = map.bias();
    double[] absoluteBias = map.absoluteBias();
    double[] extent = new double[map.outputs()];
    double[] flush = new double[map.outputs()];
    int terms = map.fanIn();
    if (terms > Rounding.MOST_TERMS || map.fanOut() > Rounding.MOST_TERMS) {
      throw new UncheckableException(
          "a layer adds too many products for its rounding to be bounded");
    }
    int to = layer.to();
    low[to] = new double[extent.length];
    high[to] = new double[extent.length];
    for (int i = 0; i < extent.length; i++) {
      Affine.Range range = map.weights().range(i, centre, radius, size);
      extent[i] = range.extent() + absoluteBias[i];
      flush[i] = map.exact() ? 0 : Rounding.FLUSH * (2.0 * terms + range.weight() + total + 4);
      if (!(extent[i] < LARGEST_FLOAT)) {
        throw new UncheckableException("bounds exceed 32-bit numbers");
      }
      // The sums for middle and spread have errors relative to |W| |centre| and |W| radius, and
      // both are at most |W| size but for rounding: 4 times covers them.
      double execution = map.exact() ? 0 : Rounding.execution(terms);
      double error =
          (4 * Rounding.check(terms) + execution) * extent[i] + flush[i] * Rounding.GENEROUS;
      double middle = range.middle() + bias[i];
      double spread = Math.nextUp(range.spread() + error);
      low[to][i] = Math.nextDown(Math.nextDown(middle) - spread);
      high[to][i] = Math.nextUp(Math.nextUp(middle) + spread);
    }
    extents[to] = extent;
    flushes[to] = flush;
  }

  private void sum(Layer.Sum layer) {
    double[] a = size(layer.a());
    double[] b = size(layer.b());
    int to = layer.to();
    low[to] = new double[a.length];
    high[to] = new double[a.length];
    double[] extent = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      extent[j] = Math.nextUp(a[j] + b[j]);
      double execution = Rounding.execution(1) * extent[j] + Rounding.FLUSH * 2;
      double error = layer.exact() ? 0 : Math.nextUp(execution);
      low[to][j] = Math.nextDown(Math.nextDown(low[layer.a()][j] + low[layer.b()][j]) - error);
      high[to][j] = Math.nextUp(Math.nextUp(high[layer.a()][j] + high[layer.b()][j]) + error);
      if (layer.rival() != Layer.Sum.NO_RIVAL) {
        double least = Math.max(low[layer.a()][j], low[layer.rival()][j]);
        double most = Math.max(high[layer.a()][j], high[layer.rival()][j]);
        low[to][j] = Math.max(low[to][j], Math.nextDown(least - Rounding.FLUSH));
        high[to][j] = Math.min(high[to][j], Math.nextUp(most + Rounding.FLUSH));
      }
    }
    extents[to] = extent;
  }
}
