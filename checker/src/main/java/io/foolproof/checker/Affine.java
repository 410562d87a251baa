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
  int inputs();

  int outputs();

  /** The most rounding errors that a product suffers on its way into an output. */
  int fanIn();

  /** The most outputs that an input has a part in. */
  int fanOut();

  double[] bias();

  default double[] absoluteBias() {
    double[] absolute = bias().clone();
    for (int i = 0; i < absolute.length; i++) {
      absolute[i] = Math.abs(absolute[i]);
    }
    return absolute;
  }

  /** The same with another bias. */
  Affine withBias(double[] other);

  /** Adds r W to a row. */
  void pull(double[] r, double[] sum);

  /** W x, without the bias. */
  double[] push(double[] x);

  /** |W| x, for x that is not negative. */
  double[] pushAbsolute(double[] x);

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
    public Affine withBias(double[] other) {
      return new Dense(weights, other);
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

    @Override
    public double[] push(double[] x) {
      double[] y = new double[weights.length];
      for (int i = 0; i < y.length; i++) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
          sum += weights[i][j] * x[j];
        }
        y[i] = sum;
      }
      return y;
    }

    @Override
    public double[] pushAbsolute(double[] x) {
      double[] y = new double[weights.length];
      for (int i = 0; i < y.length; i++) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
          sum += Math.abs(weights[i][j]) * x[j];
        }
        y[i] = sum;
      }
      return y;
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
    public Affine withBias(double[] other) {
      double[] absolute = Arrays.stream(other).map(Math::abs).toArray();
      return new Diagonal(factors, other, absolute);
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
    public void pull(double[] r, double[] sum) {
      for (int i = 0; i < r.length; i++) {
        sum[i] += r[i] * factors[i];
      }
    }

    @Override
    public double[] push(double[] x) {
      double[] y = new double[x.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = factors[i] * x[i];
      }
      return y;
    }

    @Override
    public double[] pushAbsolute(double[] x) {
      double[] y = new double[x.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = Math.abs(factors[i]) * x[i];
      }
      return y;
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

    /** What is done with a weight, and the input and the output that it connects. */
    private interface Connection {
      void apply(int output, int input, double weight);
    }

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

    private void each(Connection connection) {
      int perGroup = in[0] / groups;
      for (int k = 0; k < out[0]; k++) {
        int first = k / (out[0] / groups) * perGroup;
        for (int y = 0; y < out[1]; y++) {
          for (int x = 0; x < out[2]; x++) {
            window(connection, k, first, y, x);
          }
        }
      }
    }

    private void window(Connection connection, int k, int first, int y, int x) {
      int output = (k * out[1] + y) * out[2] + x;
      double[] weights = kernel[k];
      for (int c = 0; c < in[0] / groups; c++) {
        for (int i = 0; i < window[0]; i++) {
          int row = y * stride[0] - begin[0] + i * dilation[0];
          if (row < 0 || row >= in[1]) {
            continue;
          }
          int offset = ((first + c) * in[1] + row) * in[2];
          for (int j = 0; j < window[1]; j++) {
            int column = x * stride[1] - begin[1] + j * dilation[1];
            if (column >= 0 && column < in[2]) {
              connection.apply(
                  output, offset + column, weights[(c * window[0] + i) * window[1] + j]);
            }
          }
        }
      }
    }

    @Override
    public void pull(double[] r, double[] sum) {
      each((output, input, weight) -> sum[input] += r[output] * weight);
    }

    @Override
    public double[] push(double[] x) {
      double[] y = new double[outputs()];
      each((output, input, weight) -> y[output] += weight * x[input]);
      return y;
    }

    @Override
    public double[] pushAbsolute(double[] x) {
      double[] y = new double[outputs()];
      each((output, input, weight) -> y[output] += Math.abs(weight) * x[input]);
      return y;
    }
  }
}
