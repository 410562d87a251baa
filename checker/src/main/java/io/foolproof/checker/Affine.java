package io.foolproof.checker;

import java.util.Arrays;

/**
 * An affine map y = W x + b, whose matrix need not be written out.
 *
 * <p>The bound of its rounding errors needs, besides its products, how many of them are added, and
 * the absolute values of everything that is added to form b, which is more than |b| where b is
 * itself a sum.
 *
 * @param fanIn the most rounding errors that a product suffers on its way into an output
 * @param fanOut the most outputs that an input has a part in
 * @param weights all weights that are not 0 by the form of the map
 * @param exact whether no execution rounds anything, since it only moves values or is a part of
 *     what an operator is made of here
 */
record Affine(
    int inputs,
    int outputs,
    int fanIn,
    int fanOut,
    double[] bias,
    double[] absoluteBias,
    Weights weights,
    boolean exact) {
  /** What a normalisation computes its factors with, beyond the product and the sum. */
  private static final int STEPS = 8;

  /** More weights than this, of 12 bytes each, are computed anew each time. */
  private static final long MOST_LISTED = 1L << 24;

  /** The matrix W, row by row. */
  interface Weights {
    /** Goes through the weights of an output. */
    void row(int output, Connection connection);

    /** Adds r W to a row; outputs that have no part in it, often most of them, cost nothing. */
    default void pull(double[] r, double[] sum) {
      Connection add = (output, input, weight) -> sum[input] += r[output] * weight;
      for (int i = 0; i < r.length; i++) {
        if (r[i] != 0) {
          row(i, add);
        }
      }
    }

    /**
     * What inputs within a radius of a centre make of an output, without its bias.
     *
     * @param size the largest absolute values of the inputs
     */
    default Range range(int output, double[] centre, double[] radius, double[] size) {
      double[] sums = new double[4];
      row(
          output,
          (i, input, weight) -> {
            sums[0] += weight * centre[input];
            sums[1] += Math.abs(weight) * radius[input];
            sums[2] += Math.abs(weight) * size[input];
            sums[3] += Math.abs(weight);
          });
      return new Range(sums[0], sums[1], sums[2], sums[3]);
    }
  }

  /**
   * Sums over the weights of an output.
   *
   * @param middle of the weights times the centre
   * @param spread of their sizes times the radius
   * @param extent of their sizes times the largest absolute values
   * @param weight of their sizes
   */
  record Range(double middle, double spread, double extent, double weight) {}

  /** What is done with a weight, and the input and the output that it connects. */
  interface Connection {
    void apply(int output, int input, double weight);
  }

  /** The same with another bias, which is no sum. */
  Affine withBias(double[] other) {
    double[] absolute = Arrays.stream(other).map(Math::abs).toArray();
    return new Affine(inputs, outputs, fanIn, fanOut, other, absolute, weights, exact);
  }

  /** The same map, as no execution rounds it. */
  Affine exactly() {
    return new Affine(inputs, outputs, fanIn, fanOut, bias, absoluteBias, weights, true);
  }

  /** r W. */
  double[] pull(double[] r) {
    double[] sum = new double[inputs];
    weights.pull(r, sum);
    return sum;
  }

  /** Weights that are written out: of each output the inputs that have a part in it. */
  private record Listed(int[][] inputs, double[][] values) implements Weights {
    static Listed of(int outputs, Weights weights) {
      Listed listed = new Listed(new int[outputs][], new double[outputs][]);
      for (int i = 0; i < outputs; i++) {
        int[] count = {0};
        weights.row(i, (output, input, weight) -> count[0]++);
        int[] inputs = new int[count[0]];
        double[] values = new double[count[0]];
        weights.row(
            i,
            (output, input, weight) -> {
              inputs[--count[0]] = input;
              values[count[0]] = weight;
            });
        listed.inputs[i] = inputs;
        listed.values[i] = values;
      }
      return listed;
    }

    @Override
    public void row(int i, Connection connection) {
      for (int k = 0; k < inputs[i].length; k++) {
        connection.apply(i, inputs[i][k], values[i][k]);
      }
    }

    @Override
    public Range range(int output, double[] centre, double[] radius, double[] size) {
      double middle = 0;
      double spread = 0;
      double extent = 0;
      double weight = 0;
      int[] at = inputs[output];
      double[] row = values[output];
      for (int k = 0; k < row.length; k++) {
        double absolute = Math.abs(row[k]);
        middle += row[k] * centre[at[k]];
        spread += absolute * radius[at[k]];
        extent += absolute * size[at[k]];
        weight += absolute;
      }
      return new Range(middle, spread, extent, weight);
    }

    /** Most of the time of a check is spent here. */
    @Override
    public void pull(double[] r, double[] sum) {
      for (int i = 0; i < r.length; i++) {
        double factor = r[i];
        if (factor != 0) {
          int[] at = inputs[i];
          double[] row = values[i];
          for (int k = 0; k < row.length; k++) {
            sum[at[k]] += factor * row[k];
          }
        }
      }
    }
  }

  /** A matrix, row by row. */
  static Affine dense(double[][] matrix) {
    int m = matrix.length;
    int n = matrix[0].length;
    int[][] all = new int[m][];
    Arrays.fill(all, Shapes.inOrder(n));
    Weights weights = new Listed(all, matrix);
    return new Affine(n, m, n + 1, m, new double[m], new double[m], weights, false);
  }

  /** A factor and an offset for each value: constants that are added and multiplied. */
  static Affine diagonal(double[] factors, double[] bias, double[] absoluteBias) {
    Weights weights = (i, connection) -> connection.apply(i, i, factors[i]);
    int n = factors.length;
    return new Affine(n, n, STEPS, STEPS, bias, absoluteBias, weights, false);
  }

  /**
   * Values that are only moved.
   *
   * @param source by output, the input that is there; negative where there is none
   * @param factor 1, or -1 for their negatives
   */
  static Affine moved(int inputs, int[] source, double factor) {
    Weights weights =
        (i, connection) -> {
          if (source[i] >= 0) {
            connection.apply(i, source[i], factor);
          }
        };
    int n = source.length;
    return new Affine(inputs, n, 1, n, new double[n], new double[n], weights, true);
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
   */
  static Affine convolution(
      int[] in,
      int[] out,
      double[][] kernel,
      int[] window,
      int[] stride,
      int[] begin,
      int[] dilation,
      int groups) {
    int channels = in[0] / groups;
    int each = window[0] * window[1];
    int outputs = Shapes.size(out);
    Weights weights =
        (output, connection) -> {
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
        };
    double[] none = new double[outputs];
    int fanIn = kernel[0].length + 2;
    int fanOut = kernel.length * each;
    boolean few = (long) outputs * kernel[0].length <= MOST_LISTED;
    Weights own = few ? Listed.of(outputs, weights) : weights;
    return new Affine(Shapes.size(in), outputs, fanIn, fanOut, none, none, own, false);
  }
}
