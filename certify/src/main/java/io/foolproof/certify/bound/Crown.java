package io.foolproof.certify.bound;

import io.foolproof.certify.net.LinearMap;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.Step;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lower bounds of linear functions of a network's values, by linear relaxation of its activations:
 * each is replaced by a line below it or above it, whichever the sign of its coefficient asks for,
 * and all lines are pulled back to the input, where the box gives the minimum.
 *
 * <p>Zhang, Weng, Chen, Hsieh, Daniel: Efficient neural network robustness certification with
 * general activation functions (CROWN), 2018, arXiv 1811.00866, theorem 3.2; Singh, Gehr, Püschel,
 * Vechev: An abstract domain for certifying neural networks (DeepPoly), 2019. The multipliers of
 * splits are those of Wang et al.: Beta-CROWN, 2021, arXiv 2103.06624, theorem 3.1.
 *
 * <p>All functions of a batch, one a row, share the bounds of the values; each has slopes, signs
 * and multipliers of its own.
 */
final class Crown {
  /** Slopes are whole parts of this. */
  static final int LEVELS = 255;

  /**
   * Where the slope of the line below turns from 0 to 1: close to where the line above has a slope
   * of 1/2. Not exactly there: symmetric networks have many neurons whose bounds are symmetric, and
   * the checker, which rounds otherwise, might put such a neuron on the other side.
   */
  private static final double TURN = 0.999;

  private final Net net;
  private final NetBounds bounds;
  private final DType type;
  private final List<Step.Activation> activations;

  Crown(NetBounds bounds, DType type) {
    this.net = bounds.net();
    this.bounds = bounds;
    this.type = type;
    this.activations = net.activations();
  }

  /** The lines of an activation, of rows that are not split. */
  Lines lines(int which) {
    Step.Activation activation = activations.get(which);
    double[] l = bounds.low(activation.from());
    double[] h = bounds.high(activation.from());
    return activation instanceof Step.Tanh
        ? new TanhLines(l, h, type)
        : RectifierLines.of(l, h, type);
  }

  /**
   * The slopes of CROWN, in 255ths: of the line below a rectifier the nearer of 0 and 1, and the
   * middle of a curve's tangents.
   */
  int[] usualSlopes(int which) {
    Step.Activation activation = activations.get(which);
    double[] l = bounds.low(activation.from());
    double[] h = bounds.high(activation.from());
    boolean isCurve = activation instanceof Step.Tanh;
    int[] slopes = new int[l.length];
    Arrays.setAll(slopes, j -> isCurve ? TanhLines.USUAL : h[j] > -TURN * l[j] ? LEVELS : 0);
    return slopes;
  }

  /**
   * What a backward pass leaves.
   *
   * @param bound [R, 1]
   * @param coefficients by activation, of what it gives: [R, n]; null behind the start
   * @param input coefficients of the inputs: [R, inputs]
   * @param point the inputs that attain the bound: [R, inputs]
   */
  record Backward(Tensor bound, @Nullable Tensor[] coefficients, Tensor input, Tensor point) {}

  /**
   * What an assumption adds to functions: with constraints C y <= d that the output y meets, f is
   * at least f + g (C y - d) for all multipliers g that are not negative.
   *
   * <p>Kotha, Brix, Kolter, Dvijotham, Zhang: Provably bounding neural network preimages (INVPROP),
   * 2023, arXiv 2302.01404, theorem 2.
   *
   * @param gammas multipliers: [R, K]
   * @param rows C: [K, outputs]
   * @param limits d: [K, 1]
   */
  record Given(Tensor gammas, Tensor rows, Tensor limits) {
    Tensor ofOutput() {
      return gammas.matmul(rows);
    }
  }

  /** With these multipliers; null where nothing is assumed. */
  @Nullable Given given(@Nullable Tensor gammas) {
    Assumption assumption = bounds.assumption();
    return assumption == null || gammas == null
        ? null
        : new Given(gammas, rows(assumption.rows()), column(assumption.limits()));
  }

  /**
   * Lower bounds.
   *
   * @param start the number of the value whose functions are bounded
   * @param rows the functions: [R, size]
   * @param pulled the same behind the linear step that gives the value, which is the same in each
   *     pass; null where no linear step gives it
   * @param lines by activation
   * @param alphas by activation, which lines: [R, n] or [1, n]
   * @param betas by activation, the multipliers of splits; null where none is split
   * @param given what is assumed; null where nothing is
   * @param rounded whether to subtract the rounding errors of a check and of 32-bit execution
   */
  Backward backward(
      int start,
      Tensor rows,
      @Nullable Tensor pulled,
      Lines[] lines,
      Tensor[] alphas,
      @Nullable Tensor[] betas,
      @Nullable Given given,
      boolean rounded) {
    @Nullable Tensor[] left = new Tensor[net.sizes().size()];
    @Nullable Tensor[] coefficients = new Tensor[activations.size()];
    Tensor bound = Tensor.zeros(type, rows.size(0), 1);
    if (given != null) {
      left[net.output()] = given.ofOutput();
      bound = given.gammas.matmul(given.limits).neg();
    }
    add(left, start, rows);
    int k = activations.size();
    for (int i = net.steps().size() - 1; i >= 0; i--) {
      Step step = net.steps().get(i);
      k -= step instanceof Step.Activation ? 1 : 0;
      Tensor r = left[step.to()];
      if (r == null) {
        continue;
      }
      left[step.to()] = null;
      if (step instanceof Step.Linear linear) {
        LinearMap map = linear.map();
        bound = bound.add(r.matmul(Net.row(map.bias(), type).transpose(0, 1)));
        if (rounded) {
          int terms = Math.max(map.fanIn(), map.fanOut()) + map.outputs();
          double factor = map.isExact() ? Rounding.check(terms) : Rounding.of(map.fanIn(), terms);
          bound = bound.sub(size(r, bounds.extent(step.to()), factor));
        }
        Tensor known = step.to() == start && given == null ? pulled : null;
        add(left, linear.from(), known == null ? map.pull(r) : known);
      } else if (step instanceof Step.Activation activation) {
        coefficients[k] = r;
        Lines.Pulled next = lines[k].pull(r, alphas[k], betas[k]);
        bound = bound.add(next.constant());
        if (rounded && activation instanceof Step.Tanh) {
          bound = bound.sub(r.abs().sum(true, 1).mul(Rounding.TANH));
          double[] extent = bounds.size(activation.from());
          bound = bound.sub(size(next.row(), extent, Rounding.check(1)));
        }
        add(left, activation.from(), next.row());
      } else if (step instanceof Step.Sum sum) {
        if (rounded) {
          bound = bound.sub(size(r, bounds.extent(step.to()), Rounding.of(1, 8)));
        }
        add(left, sum.a(), r);
        add(left, sum.b(), r);
      } else if (step instanceof Step.Join join) {
        add(left, join.a(), r);
        add(left, join.b(), r);
      } else if (step instanceof Step.Maximum maximum) {
        add(left, maximum.a(), r);
        add(left, maximum.excess(), r);
      }
    }
    Tensor input = left[0];
    if (input == null) {
      input = Tensor.zeros(type, rows.size(0), net.inputs());
    }
    InputSet.Least least = bounds.inputs().least(input);
    bound = bound.add(least.value());
    if (rounded) {
      bound =
          bound.sub(
              size(input, bounds.size(0), Rounding.of(0, net.inputs()) - Rounding.execution(0)));
      Tensor scale = bound.abs().add(size(rows, bounds.size(start), 1));
      if (given != null) {
        scale = scale.add(size(given.ofOutput(), bounds.size(net.output()), 1));
        scale = scale.add(given.gammas.matmul(given.limits.abs()));
      }
      bound = bound.sub(scale.mul(Rounding.SLACK));
    }
    return new Backward(bound, coefficients, input, least.point());
  }

  /**
   * Lower bounds by the intervals of what a linear step takes, less all rounding errors: where
   * lines meet many unstable rectifiers before it, these may be the better ones.
   *
   * @param start the number of the value that the step gives
   * @param rows the functions: [R, size]
   * @param pulled the same behind the step
   * @return [R, 1]
   */
  Tensor byIntervals(int start, Tensor rows, Tensor pulled) {
    for (Step step : net.steps()) {
      if (step.to() == start && step instanceof Step.Linear linear) {
        LinearMap map = linear.map();
        int from = linear.from();
        int terms = Math.max(map.fanIn(), map.fanOut()) + map.outputs();
        double factor = map.isExact() ? Rounding.check(terms) : Rounding.of(map.fanIn(), terms);
        Tensor positive = pulled.clamp(0, Double.POSITIVE_INFINITY);
        Tensor low = Net.row(bounds.low(from), type).transpose(0, 1);
        Tensor high = Net.row(bounds.high(from), type).transpose(0, 1);
        double check = Rounding.of(0, map.inputs()) - Rounding.execution(0);
        Tensor bound =
            rows.matmul(Net.row(map.bias(), type).transpose(0, 1))
                .add(positive.matmul(low))
                .add(pulled.sub(positive).matmul(high))
                .sub(size(rows, bounds.extent(start), factor))
                .sub(size(pulled, bounds.size(from), check));
        return bound.sub(bound.abs().add(size(rows, bounds.size(start), 1)).mul(Rounding.SLACK));
      }
    }
    throw new IllegalArgumentException("value " + start + " is given by no linear step");
  }

  /** Functions behind the linear step that gives their value; null where none gives it. */
  @Nullable Tensor pulled(int start, double[][] functions) {
    for (Step step : net.steps()) {
      if (step.to() == start && step instanceof Step.Linear linear) {
        int[] places = new int[functions.length];
        double[] factors = new double[functions.length];
        boolean areUnits = true;
        for (int i = 0; i < functions.length; i++) {
          for (int j = 0; j < functions[i].length; j++) {
            if (functions[i][j] != 0) {
              areUnits &= factors[i] == 0;
              places[i] = j;
              factors[i] = functions[i][j];
            }
          }
        }
        return areUnits
            ? linear.map().pullUnits(places, type).mul(column(factors))
            : linear.map().pull(rows(functions));
      }
    }
    return null;
  }

  private Tensor column(double[] values) {
    return Tensor.of(values, values.length, 1).to(type);
  }

  /** Functions as rows: [R, size]. */
  Tensor rows(double[][] functions) {
    int n = functions[0].length;
    double[] numbers = new double[functions.length * n];
    for (int i = 0; i < functions.length; i++) {
      System.arraycopy(functions[i], 0, numbers, i * n, n);
    }
    return Tensor.of(numbers, functions.length, n).to(type);
  }

  /** factor |r| size, for each row. */
  private Tensor size(Tensor r, double[] size, double factor) {
    return r.abs().matmul(Net.row(size, type).transpose(0, 1)).mul(factor);
  }

  private static void add(@Nullable Tensor[] left, int value, Tensor row) {
    Tensor there = left[value];
    left[value] = there == null ? row : there.add(row);
  }

  /**
   * The relaxed network at the input that attains a bound.
   *
   * @param taken what each activation takes, [R, n]; null of those behind the start
   * @param output [R, outputs]; null where the start is before it
   */
  record Forward(@Nullable Tensor[] taken, @Nullable Tensor output) {}

  /**
   * The values of the relaxed network at the input that attains the bound. They give the
   * derivatives of the bound: of the slope alpha_j of a rectifier it is max(A_j, 0) x_j, of the
   * multiplier beta_j it is -s_j x_j, with A_j the coefficient of what the rectifier gives and x_j
   * what it takes; of the multiplier gamma_k of an assumption it is C_k y - d_k.
   *
   * @param start the number of the last value that is wanted
   */
  Forward forward(int start, Backward pass, Lines[] lines, Tensor[] alphas) {
    @Nullable Tensor[] values = new Tensor[net.sizes().size()];
    @Nullable Tensor[] taken = new Tensor[activations.size()];
    values[0] = pass.point;
    int k = -1;
    for (Step step : net.steps()) {
      if (step.to() == start && step instanceof Step.Linear && start != net.output()) {
        break;
      }
      if (step instanceof Step.Activation activation) {
        k++;
        Tensor x = values[activation.from()];
        Tensor a = pass.coefficients[k];
        if (x == null || a == null) {
          continue;
        }
        taken[k] = x;
        values[step.to()] = lines[k].push(x, a, alphas[k]);
      } else if (step instanceof Step.Linear linear) {
        Tensor x = values[linear.from()];
        values[step.to()] = x == null ? null : Net.pushed(linear.map(), x);
      } else if (step instanceof Step.Sum sum) {
        Tensor a = values[sum.a()];
        Tensor b = values[sum.b()];
        values[step.to()] = a == null || b == null ? null : a.add(b);
      } else if (step instanceof Step.Join join) {
        Tensor a = values[join.a()];
        Tensor b = values[join.b()];
        values[step.to()] = a == null || b == null ? null : a.add(b);
      } else if (step instanceof Step.Maximum maximum) {
        Tensor a = values[maximum.a()];
        Tensor excess = values[maximum.excess()];
        values[step.to()] = a == null || excess == null ? null : a.add(excess);
      }
    }
    return new Forward(taken, values[net.output()]);
  }
}
