package io.foolproof.checker;

import java.util.Arrays;

/**
 * An affine map y = W x + b, whose matrix need not be written out.
 *
 * <p>The bound of its rounding errors needs, besides its products, how many of them are added
 * ({@link #fanIn}, {@link #fanOut}), and the absolute values of everything that is added to form b
 * ({@link #absoluteBias}), which is more than |b| where b is itself a sum.
 */
interface Affine {
  /** What is done with a weight, and the input and the output that it connects. */
  interface Connection {
    void apply(int output, int input, double weight);
  }

  int inputs();

  int outputs();

  /** The most rounding errors that a product suffers on its way into an output. */
  int fanIn();

  /** The most outputs that an input has a part in. */
  int fanOut();

  double[] bias();

  default double[] absoluteBias() {
    return Arrays.stream(bias()).map(Math::abs).toArray();
  }

  /** The same with another bias. */
  Affine withBias(double[] other);

  /** Goes through all weights that are not 0 by the form of the map. */
  void each(Connection connection);

  /** Adds r W to a row. */
  default void pull(double[] r, double[] sum) {
    each((output, input, weight) -> sum[input] += r[output] * weight);
  }

  /** W x, without the bias. */
  default double[] push(double[] x) {
    double[] y = new double[outputs()];
    each((output, input, weight) -> y[output] += weight * x[input]);
    return y;
  }

  /** |W| x, for x that is not negative. */
  default double[] pushAbsolute(double[] x) {
    double[] y = new double[outputs()];
    each((output, input, weight) -> y[output] += Math.abs(weight) * x[input]);
    return y;
  }

  /** A matrix, row by row. */
  record Dense(double[][] weights, double[] bias) implements Affine {
    @Override
    public int inputs() {
      return weights[0].length;
    }

    @Override
    public int outputs() {
      return weights.length;
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
    public Affine withBias(double[] other) {
      return new Dense(weights, other);
    }

    @Override
    public void each(Connection connection) {
      for (int i = 0; i < weights.length; i++) {
        for (int j = 0; j < weights[i].length; j++) {
          connection.apply(i, j, weights[i][j]);
        }
      }
    }

    /** Row by row, which is most of the time of a check. */
    @Override
    public void pull(double[] r, double[] sum) {
      for (int i = 0; i < r.length; i++) {
        double factor = r[i];
        if (factor != 0) {
          double[] row = weights[i];
          for (int j = 0; j < row.length; j++) {
            sum[j] += factor * row[j];
          }
        }
      }
    }
  }

  /** A factor and an offset for each value: constants that are added and multiplied. */
  record Diagonal(double[] factors, double[] bias, double[] absoluteBias) implements Affine {
    /** Beyond the product and the sum: what a normalisation computes its factors with. */
    private static final int STEPS = 8;

    @Override
    public int inputs() {
      return factors.length;
    }

    @Override
    public int outputs() {
      return factors.length;
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
    public Affine withBias(double[] other) {
      throw new IllegalStateException("a bias joins products only");
    }

    @Override
    public void each(Connection connection) {
      for (int i = 0; i < factors.length; i++) {
        connection.apply(i, i, factors[i]);
      }
    }
  }

  /**
   * A convolution over rows and columns, in groups.
   *
   * @param in channels, rows and columns that it takes
   * @param out channels, rows and columns that it gives
   * @param kernel [out channels][in channels of a group, kernel rows, kernel columns]
   * @param window rows and columns of the kernel
   * @param stride of the kernel, down and across
   * @param begin rows above and columns left of the image that count as 0
   * @param dilation of the kernel, down and across
   * @param bias for each value that it gives
   */
  record Convolution(
      int[] in,
      int[] out,
      double[][] kernel,
      int[] window,
      int[] stride,
      int[] begin,
      int[] dilation,
      int groups,
      double[] bias)
      implements Affine {
    @Override
    public int inputs() {
      return Shapes.size(in);
    }

    @Override
    public int outputs() {
      return Shapes.size(out);
    }

    @Override
    public int fanIn() {
      return kernel[0].length + 2;
    }

    @Override
    public int fanOut() {
      return kernel.length * window[0] * window[1];
    }

    @Override
    public Affine withBias(double[] other) {
      return new Convolution(in, out, kernel, window, stride, begin, dilation, groups, other);
    }

    @Override
    public void each(Connection connection) {
      int channels = in[0] / groups;
      int each = window[0] * window[1];
      for (int output = 0; output < outputs(); output++) {
        int k = output / (out[1] * out[2]);
        int first = k / (out[0] / groups) * channels;
        int top = output / out[2] % out[1] * stride[0] - begin[0];
        int left = output % out[2] * stride[1] - begin[1];
        for (int weight = 0; weight < kernel[k].length; weight++) {
          int row = top + weight % each / window[1] * dilation[0];
          int column = left + weight % window[1] * dilation[1];
          if (row >= 0 && row < in[1] && column >= 0 && column < in[2]) {
            int input = ((first + weight / each) * in[1] + row) * in[2] + column;
            connection.apply(output, input, kernel[k][weight]);
          }
        }
      }
    }
  }
}
