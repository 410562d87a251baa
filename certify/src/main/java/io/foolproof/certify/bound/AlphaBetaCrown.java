package io.foolproof.certify.bound;

import static java.util.Objects.requireNonNull;

import io.foolproof.certify.net.Step;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounds whose slopes and multipliers are optimised, each function's for itself.
 *
 * <p>Xu, Zhang, Wang, Wang, Jana, Lin, Hsieh: Fast and complete (alpha-CROWN), 2020, arXiv
 * 2011.13824, section 3.2; Wang et al.: Beta-CROWN, 2021, arXiv 2103.06624, equation 8. No
 * automatic differentiation: {@link Crown#forward} gives all derivatives. Adam with a rate of 0.1
 * that decays by 0.98 a step; the best of all steps counts.
 */
public final class AlphaBetaCrown {
  /** How many functions are bounded together: few enough for a core's cache. */
  private static final int BATCH = 128;

  private static final double RATE = 0.1;
  private static final double DECAY = 0.98;
  private static final double MOMENTUM = 0.9;
  private static final double SECOND = 0.999;
  private static final double LEVELS = Crown.LEVELS;

  /** Where the multipliers of an assumption begin. */
  private static final double FIRST_PART = 0.05;

  /** Slopes that are those of CROWN, and need not be written down. */
  private static final byte[][] USUAL = new byte[0][];

  private final NetBounds bounds;
  private final Workers workers;
  private final List<Step.Activation> activations;

  /** Under some bounds of the network's values, which must not change while this is used. */
  public AlphaBetaCrown(NetBounds bounds, Workers workers) {
    this.bounds = bounds;
    this.workers = workers;
    this.activations = bounds.net().activations();
  }

  /** How many slopes a function of the output has. */
  public int slopes() {
    return activations.stream().mapToInt(r -> bounds.net().sizes().get(r.from())).sum();
  }

  /**
   * Bounds functions from below. Results do not depend on the number of workers.
   *
   * @param steps of Adam; with 0 the slopes and multipliers stay as they are
   */
  public List<Solved> solve(List<Case> cases, int steps) {
    List<Solved> solved = new ArrayList<>();
    workers
        .map(cases.size(), BATCH, (from, to) -> new Batch(cases.subList(from, to)).run(steps))
        .forEach(solved::addAll);
    return solved;
  }

  /**
   * Bounds functions from below by CROWN, with the usual slopes, in the whole box, in 64 bits and
   * less all rounding errors.
   */
  public double[] crown(List<Case> cases) {
    List<double[]> parts =
        workers.map(cases.size(), BATCH, (from, to) -> usual(cases.subList(from, to)));
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private double[] usual(List<Case> cases) {
    Crown crown = new Crown(bounds, DType.FLOAT64);
    int count = before(cases.get(0).value());
    Lines[] lines = new Lines[count];
    Tensor[] alphas = new Tensor[count];
    for (int k = 0; k < count; k++) {
      lines[k] = crown.lines(k);
      double[] slopes = Arrays.stream(crown.usualSlopes(k)).mapToDouble(a -> a / LEVELS).toArray();
      alphas[k] = Tensor.of(slopes, 1, slopes.length);
    }
    int start = cases.get(0).value();
    double[][] functions = cases.stream().map(Case::row).toArray(double[][]::new);
    Tensor rows = crown.rows(functions);
    Tensor pulled = crown.pulled(start, functions);
    Tensor bound =
        crown.backward(start, rows, pulled, lines, alphas, new Tensor[count], null, true).bound();
    return (pulled == null ? bound : bound.maximum(crown.byIntervals(start, rows, pulled)))
        .toDoubles();
  }

  /** How many activations are before a value. */
  private int before(int value) {
    return (int) activations.stream().filter(activation -> activation.to() <= value).count();
  }

  /** Bounds of functions of one value, less all rounding errors. */
  private static double[] exact(
      Crown crown,
      List<Case> cases,
      Lines[] lines,
      Tensor[] alphas,
      @Nullable Tensor[] betas,
      Crown.@Nullable Given given) {
    int start = cases.get(0).value();
    double[][] functions = cases.stream().map(Case::row).toArray(double[][]::new);
    Tensor rows = crown.rows(functions);
    Tensor pulled = crown.pulled(start, functions);
    return crown
        .backward(start, rows, pulled, lines, alphas, betas, given, true)
        .bound()
        .toDoubles();
  }

  /**
   * What each input of an activation costs the bounds of some functions by CROWN, about: the sum
   * over functions of its coefficient, in size, times how far its lines are apart.
   *
   * @param which activation, by its place in the network
   */
  public double[] costs(List<Case> cases, int which) {
    int value = activations.get(which).from();
    double[] costs = new double[bounds.net().sizes().get(value)];
    workers
        .map(cases.size(), BATCH, (from, to) -> new Batch(cases.subList(from, to)).sizes(which))
        .forEach(part -> Arrays.setAll(costs, j -> costs[j] + part[j]));
    for (int j = 0; j < costs.length; j++) {
      double low = bounds.low(value)[j];
      double high = bounds.high(value)[j];
      boolean isCurve = activations.get(which) instanceof Step.Tanh;
      costs[j] *=
          isCurve ? high - low : Math.max(0, high * -low) / (high - low + Double.MIN_NORMAL);
    }
    return costs;
  }

  /** Functions of one value that are bounded together, on one worker. */
  private final class Batch {
    private final List<Case> cases;
    private final int start;
    private final Crown crown = new Crown(bounds, DType.FLOAT32);
    private final Tensor rows;
    private final @Nullable Tensor pulled;

    /** By activation; of those behind the start there are none. */
    private final Lines[] lines;

    private final Tensor[] alphas;
    private final @Nullable Tensor[] betas;

    /**
     * Of what is assumed, [R, K]; null where nothing is, or functions of the output are bounded.
     */
    private @Nullable Tensor gammas;

    /** By case, its splits from the root. */
    private final List<List<Split>> paths = new ArrayList<>();

    Batch(List<Case> cases) {
      this.cases = cases;
      this.start = cases.get(0).value();
      this.rows = crown.rows(functions());
      this.pulled = crown.pulled(start, functions());
      Assumption assumption = start == bounds.net().output() ? null : bounds.assumption();
      int count = before(assumption == null ? start : bounds.net().output());
      this.lines = new Lines[count];
      this.alphas = new Tensor[count];
      this.betas = new Tensor[count];
      this.gammas = assumption == null ? null : gammas(assumption);
      for (Case one : cases) {
        List<Split> path = new ArrayList<>();
        for (Split split = one.splits(); split != null; split = split.before()) {
          path.add(0, split);
        }
        paths.add(path);
      }
      for (int k = 0; k < count; k++) {
        lines[k] = lines(crown, k, DType.FLOAT32);
        alphas[k] = alphas(k);
        betas[k] = lines[k].signs() == null ? null : betas(k);
      }
    }

    private double[][] functions() {
      return cases.stream().map(Case::row).toArray(double[][]::new);
    }

    private int size(int which) {
      return bounds.net().sizes().get(activations.get(which).from());
    }

    private Lines lines(Crown crown, int k, DType type) {
      Lines shared = crown.lines(k);
      int n = size(k);
      float @Nullable [] signs = null;
      for (int i = 0; i < paths.size(); i++) {
        for (Split split : paths.get(i)) {
          if (split.rectifier() == k) {
            signs = signs == null ? new float[cases.size() * n] : signs;
            signs[i * n + split.neuron()] = split.sign();
          }
        }
      }
      return signs == null
          ? shared
          : ((RectifierLines) shared).split(Tensor.of(signs, cases.size(), n).to(type));
    }

    private Tensor betas(int k) {
      int n = size(k);
      float[] numbers = new float[cases.size() * n];
      for (int i = 0; i < paths.size(); i++) {
        for (int d = 0; d < paths.get(i).size(); d++) {
          Split split = paths.get(i).get(d);
          if (split.rectifier() == k) {
            numbers[i * n + split.neuron()] = cases.get(i).betas()[d];
          }
        }
      }
      return Tensor.of(numbers, cases.size(), n);
    }

    /** What was best before, or a small part of what makes up for all of an interval. */
    private Tensor gammas(Assumption assumption) {
      int count = assumption.limits().length;
      float[] scales = scales(assumption);
      float[] numbers = new float[cases.size() * count];
      for (int i = 0; i < numbers.length; i++) {
        float[] known = cases.get(i / count).gammas();
        numbers[i] = known.length == 0 ? (float) (FIRST_PART * scales[i]) : known[i % count];
      }
      return Tensor.of(numbers, cases.size(), count);
    }

    /** By function and constraint, the length of the function's interval over the excess. */
    private float[] scales(Assumption assumption) {
      int count = assumption.limits().length;
      float[] scales = new float[cases.size() * count];
      double[] low = bounds.low(start);
      double[] high = bounds.high(start);
      for (int i = 0; i < cases.size(); i++) {
        double length = 0;
        double[] row = cases.get(i).row();
        for (int j = 0; j < row.length; j++) {
          length += Math.abs(row[j]) * Math.max(0, high[j] - low[j]);
        }
        for (int k = 0; k < count; k++) {
          scales[i * count + k] = (float) (length / assumption.excesses()[k]);
        }
      }
      return scales;
    }

    private Tensor alphas(int k) {
      int n = size(k);
      int[] usual = crown.usualSlopes(k);
      float[] numbers = new float[cases.size() * n];
      for (int i = 0; i < cases.size(); i++) {
        byte @Nullable [][] known = cases.get(i).alphas();
        for (int j = 0; j < n; j++) {
          int level = known == null || known.length == 0 ? usual[j] : known[k][j] & 0xff;
          numbers[i * n + j] = (float) (level / LEVELS);
        }
      }
      return Tensor.of(numbers, cases.size(), n);
    }

    List<Solved> run(int steps) {
      if (steps > 0 && alphas.length > 0) {
        climb(steps);
      }
      for (int k = 0; k < alphas.length; k++) {
        alphas[k] = alphas[k].mul(LEVELS).round().div(LEVELS);
      }
      Crown.Backward pass = pass();
      @Nullable Tensor[] taken = forward(pass).taken();
      float[] found = pass.bound().toFloats();
      boolean usual = steps == 0 && cases.stream().allMatch(Case::hasUsualSlopes);
      byte[][][] slopes = usual ? null : slopes();
      float[][] multipliers = multipliers();
      float[] assumed = gammas == null ? new float[0] : gammas.toFloats();
      int each = assumed.length / cases.size();
      Solved.@Nullable Choice[] choices = choices(pass, taken);
      double[] certified = certified(found);
      Tensor inputs = pass.point();
      float[] points = inputs.toFloats();
      float[] attained = bounds.net().at(start, inputs).mul(rows).sum(false, 1).toFloats();
      int d = bounds.net().inputs();
      List<Solved> solved = new ArrayList<>();
      for (int i = 0; i < cases.size(); i++) {
        float[] point = Arrays.copyOfRange(points, i * d, (i + 1) * d);
        solved.add(
            new Solved(
                found[i],
                certified[i],
                slopes == null ? USUAL : slopes[i],
                multipliers[i],
                Arrays.copyOfRange(assumed, i * each, (i + 1) * each),
                choices[i],
                point,
                gammas == null ? attained[i] : Double.POSITIVE_INFINITY));
      }
      return solved;
    }

    private Crown.Backward pass() {
      Crown.Given given = crown.given(gammas);
      return crown.backward(start, rows, pulled, lines, alphas, betas, given, false);
    }

    private Crown.Forward forward(Crown.Backward pass) {
      return crown.forward(gammas == null ? start : bounds.net().output(), pass, lines, alphas);
    }

    /** By input of an activation, the sum of the sizes of its coefficients. */
    double[] sizes(int which) {
      Crown.Backward pass = pass();
      Tensor a = which < alphas.length ? pass.coefficients()[which] : null;
      return a == null ? new double[size(which)] : a.abs().sum(false, 0).toDoubles();
    }

    /** The state of Adam for one tensor of parameters. */
    private static final class Parameters {
      final double highest;
      Tensor value;
      Tensor best;
      Tensor first;
      Tensor second;

      /** What a step of 1 is; null for 1. */
      @Nullable Tensor scale;

      Parameters(Tensor start, double highest) {
        this.highest = highest;
        this.value = start;
        this.best = start;
        this.first = Tensor.zeros(DType.FLOAT32, start.shape());
        this.second = this.first;
      }

      void keepWhere(Tensor improved, Scope turn) {
        best = turn.replace(best, Tensor.where(improved, value, best));
      }

      void ascend(Tensor gradient, int step, Scope turn) {
        Tensor m = first.mul(MOMENTUM).add(gradient.mul(1 - MOMENTUM));
        Tensor v = second.mul(SECOND).add(gradient.mul(gradient).mul(1 - SECOND));
        double rate = RATE * Math.pow(DECAY, step) / (1 - Math.pow(MOMENTUM, step + 1));
        Tensor size = v.div(1 - Math.pow(SECOND, step + 1)).sqrt().add(1e-8);
        Tensor change = m.div(size).mul(rate);
        Tensor next = value.add(scale == null ? change : change.mul(scale)).clamp(0, highest);
        first = turn.replace(first, m);
        second = turn.replace(second, v);
        value = turn.replace(value, next);
      }
    }

    private void climb(int steps) {
      int count = alphas.length;
      Parameters[] slopes = new Parameters[count];
      @Nullable Parameters[] multipliers = new Parameters[count];
      for (int k = 0; k < count; k++) {
        slopes[k] = new Parameters(alphas[k], 1);
        Tensor beta = betas[k];
        multipliers[k] = beta == null ? null : new Parameters(beta, Double.POSITIVE_INFINITY);
      }
      Parameters assumed = null;
      if (gammas != null) {
        assumed = new Parameters(gammas, Double.POSITIVE_INFINITY);
        assumed.scale = Tensor.of(scales(requireNonNull(bounds.assumption())), gammas.shape());
      }
      Tensor best = Tensor.full(Double.NEGATIVE_INFINITY, DType.FLOAT32, cases.size(), 1);
      for (int step = 0; step <= steps; step++) {
        try (Scope turn = Scope.open()) {
          for (int k = 0; k < count; k++) {
            alphas[k] = slopes[k].value;
            Parameters own = multipliers[k];
            betas[k] = own == null ? null : own.value;
          }
          gammas = assumed == null ? null : assumed.value;
          Crown.Backward pass = pass();
          Tensor improved = pass.bound().gt(best);
          best = turn.replace(best, pass.bound().maximum(best));
          for (int k = 0; k < count; k++) {
            if (pass.coefficients()[k] != null) {
              slopes[k].keepWhere(improved, turn);
              Parameters own = multipliers[k];
              if (own != null) {
                own.keepWhere(improved, turn);
              }
            }
          }
          if (assumed != null) {
            assumed.keepWhere(improved, turn);
          }
          if (step < steps) {
            ascend(pass, slopes, multipliers, assumed, step, turn);
          }
        }
      }
      for (int k = 0; k < count; k++) {
        alphas[k] = slopes[k].best;
        Parameters own = multipliers[k];
        betas[k] = own == null ? null : own.best;
      }
      gammas = assumed == null ? null : assumed.best;
    }

    private void ascend(
        Crown.Backward pass,
        Parameters[] slopes,
        @Nullable Parameters[] multipliers,
        @Nullable Parameters assumed,
        int step,
        Scope turn) {
      Crown.Forward relaxed = forward(pass);
      @Nullable Tensor[] taken = relaxed.taken();
      Crown.Given given = crown.given(gammas);
      Tensor output = relaxed.output();
      if (assumed != null && given != null && output != null) {
        Tensor excess = output.matmul(given.rows().transpose(0, 1));
        assumed.ascend(excess.sub(given.limits().transpose(0, 1)), step, turn);
      }
      for (int k = 0; k < slopes.length; k++) {
        Tensor a = pass.coefficients()[k];
        Tensor x = taken[k];
        if (a == null || x == null) {
          continue;
        }
        slopes[k].ascend(lines[k].derivative(x, a, alphas[k]), step, turn);
        Parameters own = multipliers[k];
        Tensor signs = lines[k].signs();
        if (own != null && signs != null) {
          own.ascend(signs.mul(x).neg(), step, turn);
        }
      }
    }

    private byte[][][] slopes() {
      byte[][][] slopes = new byte[cases.size()][alphas.length][];
      for (int k = 0; k < alphas.length; k++) {
        float[] numbers = alphas[k].toFloats();
        int n = size(k);
        for (int i = 0; i < cases.size(); i++) {
          slopes[i][k] = new byte[n];
          for (int j = 0; j < n; j++) {
            slopes[i][k][j] = (byte) Math.round(numbers[i * n + j] * LEVELS);
          }
        }
      }
      return slopes;
    }

    private float[][] multipliers() {
      float[][] multipliers = new float[cases.size()][];
      for (int i = 0; i < cases.size(); i++) {
        multipliers[i] = new float[paths.get(i).size()];
      }
      for (int k = 0; k < betas.length; k++) {
        Tensor beta = betas[k];
        if (beta == null) {
          continue;
        }
        float[] numbers = beta.toFloats();
        for (int i = 0; i < cases.size(); i++) {
          for (int d = 0; d < multipliers[i].length; d++) {
            Split split = paths.get(i).get(d);
            if (split.rectifier() == k) {
              multipliers[i][d] = numbers[i * size(k) + split.neuron()];
            }
          }
        }
      }
      return multipliers;
    }

    /** By case, the rectifier whose relaxation costs most where the bound is attained. */
    private Solved.@Nullable Choice[] choices(Crown.Backward pass, @Nullable Tensor[] taken) {
      Solved.@Nullable Choice[] choices = new Solved.Choice[cases.size()];
      for (int k = 0; k < lines.length; k++) {
        Tensor a = pass.coefficients()[k];
        Tensor x = taken[k];
        if (a == null || x == null) {
          continue;
        }
        Tensor loss = lines[k].loss(x, a, alphas[k]);
        if (loss == null) {
          continue;
        }
        float[] most = loss.max(true, 1).toFloats();
        long[] where = loss.argmax(1).toLongs();
        for (int i = 0; i < choices.length; i++) {
          Solved.Choice other = choices[i];
          if (most[i] > 0 && (other == null || most[i] > other.loss())) {
            choices[i] = new Solved.Choice(k, (int) where[i], most[i]);
          }
        }
      }
      return choices;
    }

    private double[] certified(float[] found) {
      double[] certified = new double[found.length];
      boolean any = false;
      for (int i = 0; i < found.length; i++) {
        certified[i] = Double.NEGATIVE_INFINITY;
        any |= found[i] > cases.get(i).target();
      }
      if (!any) {
        return certified;
      }
      double[] bound = exact();
      for (int i = 0; i < found.length; i++) {
        certified[i] = found[i] > cases.get(i).target() ? bound[i] : Double.NEGATIVE_INFINITY;
      }
      return certified;
    }

    /** The bounds in 64 bits, with the slopes and multipliers that there are, less all errors. */
    private double[] exact() {
      Crown exact = new Crown(bounds, DType.FLOAT64);
      Lines[] own = new Lines[lines.length];
      Tensor[] slopes = new Tensor[lines.length];
      @Nullable Tensor[] multipliers = new Tensor[lines.length];
      for (int k = 0; k < own.length; k++) {
        own[k] = lines(exact, k, DType.FLOAT64);
        slopes[k] = alphas[k].to(DType.FLOAT64).mul(LEVELS).round().div(LEVELS);
        Tensor beta = betas[k];
        multipliers[k] = beta == null ? null : beta.to(DType.FLOAT64);
      }
      Tensor assumed = gammas == null ? null : gammas.to(DType.FLOAT64);
      return AlphaBetaCrown.exact(exact, cases, own, slopes, multipliers, exact.given(assumed));
    }
  }
}
