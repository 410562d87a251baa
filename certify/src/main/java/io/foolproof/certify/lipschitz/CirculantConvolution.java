package io.foolproof.certify.lipschitz;

import io.foolproof.certify.net.LinearMap;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;

/**
 * An upper bound of the spectral norm of a convolution with zero padding.
 *
 * <p>On the padded image, closed to a torus, a convolution is circulant: the discrete Fourier
 * transform makes of it a matrix of channels for each frequency, whose largest singular value is
 * its norm. A convolution with zeros around the image takes some of the torus's inputs and gives
 * some of its outputs, so that its norm is at most that. With strides s the torus is one of blocks
 * of s by s pixels, each a channel of its own.
 *
 * <p>Sedghi, Gupta, Long: The singular values of convolutional layers, 2018, arXiv 1805.10408;
 * Delattre et al., 2023, arXiv 2305.16173, section 4.
 */
final class CirculantConvolution {
  private static final double DOUBLE = 0x1p-53;

  /** By how much a computed sine or cosine of a frequency can be wrong. */
  private static final double TWIDDLE = 4e-15;

  /** Numbers of the matrices that are bounded at a time. */
  private static final long MOST_NUMBERS = 1L << 22;

  private final int outputs;
  private final int inputs;
  private final int[] kernel = new int[2];
  private final int[] stride = new int[2];
  private final int[] dilation = new int[2];
  private final int[] blocks = new int[2];
  private final int groups;
  private final double[] weights;

  CirculantConvolution(LinearMap.Convolution map) {
    long[] shape = map.kernel().twice().shape();
    this.groups = (int) map.groups();
    this.outputs = (int) shape[0] / groups;
    this.inputs = (int) shape[1];
    for (int d = 0; d < 2; d++) {
      kernel[d] = (int) shape[d + 2];
      stride[d] = (int) map.window().stride()[d];
      dilation[d] = (int) map.window().dilation()[d];
      long padded = map.in()[d + 1] + 2 * map.window().padding()[d];
      blocks[d] = (int) ((padded + stride[d] - 1) / stride[d]);
    }
    this.weights = map.kernel().twice().toDoubles();
  }

  /** The bound: the largest over the groups, which share nothing. */
  double bound() {
    double largest = 0;
    for (int group = 0; group < groups; group++) {
      largest = Math.max(largest, bound(group));
    }
    return largest;
  }

  private double bound(int group) {
    int columns = inputs * stride[0] * stride[1];
    long each = 4L * outputs * columns;
    int atOnce = (int) Math.max(1, MOST_NUMBERS / each);
    // Of a frequency and its negative the matrices are conjugate.
    int[] half = {blocks[0] / 2 + 1, blocks[1]};
    int frequencies = half[0] * half[1];
    double largest = 0;
    for (int from = 0; from < frequencies; from += atOnce) {
      int to = Math.min(frequencies, from + atOnce);
      double[] matrices = new double[Math.toIntExact((to - from) * each)];
      for (int f = from; f < to; f++) {
        fill(matrices, (f - from) * (int) each, columns, group, f / half[1], f % half[1]);
      }
      try (Scope scope = Scope.open()) {
        Tensor all = Tensor.of(matrices, to - from, 2L * outputs, 2L * columns);
        largest = Math.max(largest, GramIteration.bound(all));
      }
    }
    return (largest + error(group, columns)) * (1 + 0x1p-48);
  }

  /**
   * The matrix of a frequency, [[Re, -Im], [Im, Re]], which has the singular values of Re + i Im.
   */
  private void fill(double[] matrices, int at, int columns, int group, int row, int column) {
    int width = 2 * columns;
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        for (int y = 0; y < kernel[0]; y++) {
          for (int x = 0; x < kernel[1]; x++) {
            int down = y * dilation[0];
            int right = x * dilation[1];
            long turned = (long) row * (down / stride[0]) % blocks[0];
            long round = (long) column * (right / stride[1]) % blocks[1];
            double angle = 2 * Math.PI * ((double) turned / blocks[0] + (double) round / blocks[1]);
            double weight = weight(group, o, i, y, x);
            int phase = (down % stride[0]) * stride[1] + right % stride[1];
            int to = phase * inputs + i;
            double real = weight * Math.cos(angle);
            double imaginary = weight * Math.sin(angle);
            matrices[at + o * width + to] += real;
            matrices[at + o * width + columns + to] -= imaginary;
            matrices[at + (outputs + o) * width + to] += imaginary;
            matrices[at + (outputs + o) * width + columns + to] += real;
          }
        }
      }
    }
  }

  private double weight(int group, int o, int i, int y, int x) {
    return weights[(((group * outputs + o) * inputs + i) * kernel[0] + y) * kernel[1] + x];
  }

  /** How far the computed matrices may be from the true ones, in the Frobenius norm. */
  private double error(int group, int columns) {
    int terms = kernel[0] * kernel[1] + 8;
    double relative = 2 * (TWIDDLE + 2 * terms * DOUBLE);
    double squares = 0;
    for (int o = 0; o < outputs; o++) {
      double[] sums = new double[columns];
      for (int i = 0; i < inputs; i++) {
        for (int y = 0; y < kernel[0]; y++) {
          for (int x = 0; x < kernel[1]; x++) {
            int down = y * dilation[0] % stride[0];
            int phase = down * stride[1] + x * dilation[1] % stride[1];
            sums[phase * inputs + i] += Math.abs(weight(group, o, i, y, x));
          }
        }
      }
      for (double sum : sums) {
        squares += sum * sum;
      }
    }
    return 1.001 * relative * Math.sqrt(squares);
  }
}
