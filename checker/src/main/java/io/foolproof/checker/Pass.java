package io.foolproof.checker;

import java.util.Arrays;

/**
 * One backward pass: a lower bound of a linear function of a value of the network, over a box and
 * given the signs of some inputs of rectifiers, in exact arithmetic and in every 32-bit execution.
 *
 * <p>It keeps the invariant: the function is at least the sum, over values that are left, of a row
 * times the value, plus a constant. The constant is only ever rounded down. docs/proofs.md derives
 * each term. Where one value is left, its interval gives a bound too; the best of all counts.
 */
final class Pass {
  private final Network network;
  private final Bounds bounds;
  private final double[][] slopes;
  private final int[][] signs;
  private final float[][] multipliers;
  private final double[] @org.jspecify.annotations.Nullable [] rows;
  private double constant;
  private double execution;

  /** The best bound so far, by the interval of a value on the way. */
  private Result best = new Result(Double.NEGATIVE_INFINITY, 0);

  /**
   * A pass.
   *
   * @param slopes by value that an activation gives: the choices of its lines, the slope of that
   *     below a rectifier; rows of length 0 for the usual ones
   * @param signs by value: 1, -1 or 0 for each input of a rectifier, where it was split; rows of
   *     length 0 where none was
   * @param multipliers of the splits, as the signs
   */
  Pass(Bounds bounds, double[][] slopes, int[][] signs, float[][] multipliers) {
    this.bounds = bounds;
    this.network = bounds.network();
    this.slopes = slopes;
    this.signs = signs;
    this.multipliers = multipliers;
    this.rows = new double[network.sizes().size()][];
  }

  /** A lower bound, with all errors of 32-bit execution, and what these errors took from it. */
  record Result(double bound, double execution) {}

  /**
   * The bound of a row times a value, and of what was added before.
   *
   * @param offset added to it
   */
  Result lower(double[] row, int value, double offset) {
    constant = offset;
    add(value, row.clone());
    for (int i = network.layers().size() - 1; i >= 0; i--) {
      Layer layer = network.layers().get(i);
      double[] r = rows[layer.to()];
      if (r != null) {
        rows[layer.to()] = null;
        if (layer instanceof Layer.Linear linear) {
          linear(linear, r);
        } else if (layer instanceof Layer.Rectifier rectifier) {
          add(rectifier.from(), rectifier(rectifier, r));
        } else if (layer instanceof Layer.Curve curve) {
          add(curve.from(), curve(curve, r));
        } else if (layer instanceof Layer.Sum sum) {
          sum(sum, r);
        }
        stop();
      }
    }
    box();
    return constant >= best.bound ? new Result(constant, execution) : best;
  }

  /** What the interval of a value gives, where no other is left; that of the input comes last. */
  private void stop() {
    int only = 0;
    for (int value = 1; value < rows.length; value++) {
      if (rows[value] != null) {
        if (only > 0) {
          return;
        }
        only = value;
      }
    }
    double[] r = rows[only];
    if (only == 0 || r == null || rows[0] != null) {
      return;
    }
    double[] low = bounds.low(only);
    double[] high = bounds.high(only);
    double[] size = bounds.size(only);
    double sum = 0;
    double products = 0;
    for (int j = 0; j < r.length; j++) {
      sum += r[j] * (r[j] > 0 ? low[j] : high[j]);
      products += Math.abs(r[j]) * size[j];
    }
    double error = Rounding.check(2 * r.length + 4) * products;
    double here = Math.nextDown(Math.nextDown(constant + sum) - error);
    best = here > best.bound ? new Result(here, execution) : best;
  }

  private void linear(Layer.Linear layer, double[] r) {
    Affine map = layer.map();
    double[] bias = map.bias();
    double[] extent = bounds.extent(layer);
    double[] flush = bounds.flush(layer);
    double sum = 0;
    double products = 0;
    double flushed = 0;
    for (int i = 0; i < r.length; i++) {
      double size = Math.abs(r[i]);
      sum += r[i] * bias[i];
      products += size * extent[i];
      flushed += size * flush[i];
    }
    int terms = Math.max(map.fanIn(), map.fanOut()) + r.length;
    spend(sum, Rounding.check(terms) * products);
    if (!map.exact()) {
      spendExecution(Rounding.execution(map.fanIn()) * products + flushed * Rounding.GENEROUS);
    }
    add(layer.from(), map.pull(r));
  }

  private double[] rectifier(Layer.Rectifier layer, double[] r) {
    int from = layer.from();
    double[] low = bounds.low(from);
    double[] high = bounds.high(from);
    double[] result = new double[r.length];
    double flushed = 0;
    for (int j = 0; j < r.length; j++) {
      flushed += Math.abs(r[j]);
      int sign = signs[from].length == 0 ? 0 : signs[from][j];
      if (sign != 0) {
        // x >= 0: r max(x, 0) = r x >= (r - m) x; x <= 0: r max(x, 0) = 0 >= m x; for m >= 0.
        result[j] = sign > 0 ? r[j] - multipliers[from][j] : multipliers[from][j];
      } else if (low[j] >= 0) {
        result[j] = r[j];
      } else if (high[j] > 0 && r[j] > 0) {
        result[j] = r[j] * slope(layer.to(), j, low[j], high[j]);
      } else if (high[j] > 0 && r[j] < 0) {
        result[j] = r[j] * (high[j] / (high[j] - low[j]));
        // r max(x, 0) - result x is concave in x: its least value is at an end.
        double atLow = Math.nextDown(-result[j] * low[j]);
        double atHigh = Math.nextDown(Math.nextDown(r[j] - result[j]) * high[j]);
        constant = Math.nextDown(constant + Math.min(atLow, atHigh));
      }
    }
    spendExecution(flushed * Rounding.FLUSH);
    return result;
  }

  /** r tanh(x) is |r| tanh(s x), with s the sign of r. */
  private double[] curve(Layer.Curve layer, double[] r) {
    double[] low = bounds.low(layer.from());
    double[] high = bounds.high(layer.from());
    double[] size = bounds.size(layer.from());
    double[] choice = slopes[layer.to()];
    double[] result = new double[r.length];
    double sum = 0;
    double rounded = 0;
    for (int j = 0; j < r.length; j++) {
      if (r[j] != 0) {
        boolean turned = r[j] < 0;
        double limit = bounds.limits(layer)[turned ? 1 : 0][j];
        Tanh.Line line =
            Tanh.below(
                turned ? -high[j] : low[j],
                turned ? -low[j] : high[j],
                limit,
                choice.length == 0 ? Tanh.USUAL : choice[j]);
        result[j] = r[j] * line.slope();
        constant = Math.nextDown(constant + Math.nextDown(Math.abs(r[j]) * line.offset()));
        rounded += (Math.abs(result[j]) + Double.MIN_NORMAL) * size[j];
        sum += Math.abs(r[j]);
      }
    }
    spend(0, Rounding.check(r.length) * rounded);
    spendExecution(Rounding.TANH * Rounding.GENEROUS * sum);
    return result;
  }

  /**
   * The slope of the line below, where none is given: 1 where the rectifier is nearer to the
   * identity; 0.999, since nothing may depend on how the ties of symmetric networks are rounded.
   */
  static double usualSlope(double low, double high) {
    return high > -0.999 * low ? 1 : 0;
  }

  private double slope(int value, int j, double low, double high) {
    return slopes[value].length == 0 ? usualSlope(low, high) : slopes[value][j];
  }

  private void sum(Layer.Sum layer, double[] r) {
    double[] extent = bounds.extent(layer);
    double size = 0;
    double flushed = 0;
    for (int j = 0; j < r.length; j++) {
      size += Math.abs(r[j]) * extent[j];
      flushed += Math.abs(r[j]);
    }
    if (!layer.exact()) {
      spendExecution(Rounding.execution(1) * size + flushed * 2 * Rounding.FLUSH);
    }
    add(layer.a(), r);
    add(layer.b(), r.clone());
  }

  /** Adds a row to that of a value, which several layers may take. */
  void add(int value, double[] row) {
    double[] there = rows[value];
    if (there == null) {
      rows[value] = row;
      return;
    }
    double[] size = bounds.size(value);
    double rounded = 0;
    for (int j = 0; j < row.length; j++) {
      there[j] += row[j];
      rounded += Math.abs(there[j]) * size[j];
    }
    spend(0, Rounding.check(row.length) * rounded);
  }

  private void box() {
    double[] r = rows[0];
    if (r == null) {
      return;
    }
    double[] low = bounds.low(0);
    double[] high = bounds.high(0);
    double[] size = bounds.size(0);
    double[] part = new double[r.length];
    double sum = 0;
    double products = 0;
    Ball ball = bounds.ball();
    if (ball != null) {
      // Over the ball q x is at least q c - radius dual(q).
      part = ball.part(r, low, high);
      products = ball.radius() * ball.dual(part);
      sum = -products;
      for (int j = 0; j < r.length; j++) {
        sum += part[j] * ball.centre()[j];
        products += Math.abs(part[j]) * (Math.abs(ball.centre()[j]) + size[j]);
      }
    }
    for (int j = 0; j < r.length; j++) {
      double rest = r[j] - part[j];
      sum += rest * (rest > 0 ? low[j] : high[j]);
      products += (Math.abs(rest) + Math.abs(r[j])) * size[j];
    }
    spend(sum, Rounding.check(2 * r.length + 4) * products);
    Arrays.fill(rows, null);
  }

  private void spend(double sum, double error) {
    constant = Math.nextDown(Math.nextDown(constant + sum) - error);
  }

  private void spendExecution(double error) {
    constant = Math.nextDown(constant - error);
    execution += error;
  }
}
