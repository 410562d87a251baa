package io.foolproof.certify.net;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An affine map y = W x + b on batches of rows, of 32 or 64 bits as these are. */
public sealed interface LinearMap {

  /** How many values it takes. */
  int inputs();

  /** How many values it gives. */
  int outputs();

  /** The most rounding errors that a product suffers on its way into an output. */
  int fanIn();

  /** The most outputs that an input has a part in. */
  int fanOut();

  /** The bias b: [outputs], 64 bits. */
  double[] bias();

  /** The sum of the absolute values of everything that is added to form the bias: [outputs]. */
  double[] absoluteBias();

  /** The same with another bias. */
  LinearMap withBias(double[] other);

  /**
   * Whether no execution rounds it, since it is only a part of what an operator is made of here.
   */
  default boolean isExact() {
    return false;
  }

  /** W x for each row x: [R, outputs] from [R, inputs]; without the bias. */
  Tensor push(Tensor x);

  /** |W| x for each row. */
  Tensor pushAbsolute(Tensor x);

  /** r W for each row r: [R, inputs] from [R, outputs]. */
  Tensor pull(Tensor r);

  /** r W for rows r of which each picks one output: rows of W. */
  default Tensor pullUnits(int[] outputs, DType type) {
    float[] units = new float[outputs.length * outputs()];
    for (int i = 0; i < outputs.length; i++) {
      units[i * outputs() + outputs[i]] = 1;
    }
    return pull(Tensor.of(units, outputs.length, outputs()).to(type));
  }

  /** Weights in both precisions. */
  record Weights(Tensor single, Tensor twice) {
    static Weights of(double[] values, long... shape) {
      Tensor twice = Tensor.of(values, shape);
      return new Weights(twice.to(DType.FLOAT32), twice);
    }

    Tensor like(Tensor rows) {
      return rows.dtype() == DType.FLOAT64 ? twice : single;
    }
  }

  /**
   * A matrix.
   *
   * @param weights [outputs, inputs]
   */
  record Dense(Weights weights, double[] bias) implements LinearMap {
    @Override
    public LinearMap withBias(double[] other) {
      return new Dense(weights, other);
    }

    @Override
    public int inputs() {
      return (int) weights.twice.size(1);
    }

    @Override
    public int outputs() {
      return (int) weights.twice.size(0);
    }

    @Override
    public int fanIn() {
      return inputs() + 1;
    }

    @Override
    public int fanOut() {
      return outputs();
    }

    @Override
    public double[] absoluteBias() {
      return absolute(bias);
    }

    @Override
    public Tensor push(Tensor x) {
      return x.matmul(weights.like(x).transpose(0, 1));
    }

    @Override
    public Tensor pushAbsolute(Tensor x) {
      return x.matmul(weights.like(x).abs().transpose(0, 1));
    }

    @Override
    public Tensor pull(Tensor r) {
      return r.matmul(weights.like(r));
    }

    @Override
    public Tensor pullUnits(int[] outputs, DType type) {
      return (type == DType.FLOAT64 ? weights.twice : weights.single).rows(outputs);
    }
  }

  /**
   * A factor for each value, and a bias.
   *
   * @param factors [values]
   * @param isExact whether no execution rounds it
   */
  record Diagonal(Weights factors, double[] bias, double[] absoluteBias, boolean isExact)
      implements LinearMap {
    /** Beyond the product and the sum: what a normalisation computes its factors with. */
    private static final int STEPS = 8;

    @Override
    public LinearMap withBias(double[] other) {
      return new Diagonal(factors, other, absolute(other), isExact);
    }

    @Override
    public int inputs() {
      return bias.length;
    }

    @Override
    public int outputs() {
      return bias.length;
    }

    @Override
    public int fanIn() {
      return STEPS;
    }

    @Override
    public int fanOut() {
      return STEPS;
    }

    @Override
    public Tensor push(Tensor x) {
      return x.mul(factors.like(x));
    }

    @Override
    public Tensor pushAbsolute(Tensor x) {
      return x.mul(factors.like(x).abs());
    }

    @Override
    public Tensor pull(Tensor r) {
      return r.mul(factors.like(r));
    }
  }

  /**
   * Values that are moved, or left out, or repeated.
   *
   * @param source by output, the input that is there; {@code inputs} where there is none
   * @param index the same numbers, as a tensor
   * @param back by input, the output that it goes to, {@code outputs} where that is none; null
   *     where one goes to several
   * @param factor 1, or -1 for their negatives
   */
  record Moved(
      int inputs, int[] source, Tensor index, @Nullable Tensor back, double factor, double[] bias)
      implements LinearMap {
    /** With no bias. */
    static Moved of(int inputs, int[] source, double factor) {
      long[] to = new long[inputs];
      Arrays.fill(to, source.length);
      boolean once = true;
      for (int i = 0; i < source.length; i++) {
        if (source[i] < inputs) {
          once &= to[source[i]] == source.length;
          to[source[i]] = i;
        }
      }
      Tensor index = Tensor.of(Arrays.stream(source).asLongStream().toArray(), source.length);
      Tensor back = once ? Scope.outlive(Tensor.of(to, inputs)) : null;
      return new Moved(
          inputs, source, Scope.outlive(index), back, factor, new double[source.length]);
    }

    @Override
    public LinearMap withBias(double[] other) {
      return new Moved(inputs, source, index, back, factor, other);
    }

    @Override
    public int outputs() {
      return source.length;
    }

    @Override
    public int fanIn() {
      return 1;
    }

    @Override
    public int fanOut() {
      return source.length;
    }

    @Override
    public boolean isExact() {
      return true;
    }

    @Override
    public double[] absoluteBias() {
      return absolute(bias);
    }

    @Override
    public Tensor push(Tensor x) {
      return pushAbsolute(x).mul(factor);
    }

    @Override
    public Tensor pushAbsolute(Tensor x) {
      return selected(x, index);
    }

    /** Columns of a tensor, and of one behind them that is 0. */
    private static Tensor selected(Tensor x, Tensor columns) {
      Tensor none = Tensor.zeros(x.dtype(), x.size(0), 1);
      return Tensor.concat(List.of(x, none), 1).indexSelect(1, columns);
    }

    @Override
    public Tensor pull(Tensor r) {
      if (back != null) {
        return selected(r, back).mul(factor);
      }
      Tensor sum = Tensor.zeros(r.dtype(), r.size(0), inputs + 1L);
      Tensor to = index.reshape(1, source.length).expand(r.size(0), source.length);
      return sum.scatter(1, to, r.mul(factor), Tensor.Joining.SUM).slice(1, 0, inputs, 1);
    }
  }

  /**
   * A convolution; its transpose is a transposed convolution.
   *
   * @param kernel [out channels, in channels of a group, kernel rows, kernel columns]
   * @param in channels, rows and columns that it takes
   * @param out channels, rows and columns that it gives
   * @param rest rows and columns of the padded input that no window reaches
   * @param bias for each value that it gives
   */
  record Convolution(
      Weights kernel,
      long[] in,
      long[] out,
      Nn.Window window,
      long[] rest,
      long groups,
      double[] bias)
      implements LinearMap {
    @Override
    public LinearMap withBias(double[] other) {
      return new Convolution(kernel, in, out, window, rest, groups, other);
    }

    @Override
    public int inputs() {
      return (int) (in[0] * in[1] * in[2]);
    }

    @Override
    public int outputs() {
      return (int) (out[0] * out[1] * out[2]);
    }

    @Override
    public int fanIn() {
      return (int) (kernel.twice.elements() / out[0]) + 2;
    }

    @Override
    public int fanOut() {
      return (int) (out[0] * kernel.twice.size(2) * kernel.twice.size(3));
    }

    @Override
    public double[] absoluteBias() {
      return absolute(bias);
    }

    @Override
    public Tensor push(Tensor x) {
      return convolved(x, kernel.like(x));
    }

    @Override
    public Tensor pushAbsolute(Tensor x) {
      return convolved(x, kernel.like(x).abs());
    }

    private Tensor convolved(Tensor x, Tensor weights) {
      Tensor images = x.reshape(x.size(0), in[0], in[1], in[2]);
      return Nn.conv(images, weights, null, window, groups).reshape(x.size(0), outputs());
    }

    /** The kernel, where the output has it. */
    @Override
    public Tensor pullUnits(int[] outputs, DType type) {
      double[] weights = kernel.twice.toDoubles();
      int rows = (int) kernel.twice.size(2);
      int columns = (int) kernel.twice.size(3);
      int channels = (int) kernel.twice.size(1);
      int each = channels * rows * columns;
      double[] pulled = new double[outputs.length * inputs()];
      for (int i = 0; i < outputs.length; i++) {
        int k = (int) (outputs[i] / (out[1] * out[2]));
        long top = outputs[i] / out[2] % out[1] * window.stride()[0] - window.padding()[0];
        long left = outputs[i] % out[2] * window.stride()[1] - window.padding()[1];
        long first = k / (out[0] / groups) * channels;
        for (int w = 0; w < each; w++) {
          long row = top + w / columns % rows * window.dilation()[0];
          long column = left + w % columns * window.dilation()[1];
          if (row >= 0 && row < in[1] && column >= 0 && column < in[2]) {
            long input = ((first + w / (rows * columns)) * in[1] + row) * in[2] + column;
            pulled[i * inputs() + (int) input] = weights[k * each + w];
          }
        }
      }
      return Tensor.of(pulled, outputs.length, inputs()).to(type);
    }

    @Override
    public Tensor pull(Tensor r) {
      Tensor images = r.reshape(r.size(0), out[0], out[1], out[2]);
      return Nn.convTranspose(images, kernel.like(r), null, window, rest, groups)
          .reshape(r.size(0), inputs());
    }
  }

  private static double[] absolute(double[] values) {
    double[] absolute = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      absolute[i] = Math.abs(values[i]);
    }
    return absolute;
  }
}
