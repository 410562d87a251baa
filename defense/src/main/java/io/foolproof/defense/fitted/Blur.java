package io.foolproof.defense.fitted;

import io.foolproof.model.OnnxGraph;

/**
 * A Gaussian blur of images of one channel, black beyond their edges.
 *
 * @param deviation of the Gaussian, in pixels; positive
 */
record Blur(double deviation) {
  private static final double REACH = 3;

  /** The blurred image: [H, W]. */
  double[] of(float[] image, int height, int width) {
    double[] kernel = kernel();
    int reach = kernel.length / 2;
    double[] along = new double[image.length];
    double[] both = new double[image.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int k = Math.max(-reach, -x); k <= Math.min(reach, width - 1 - x); k++) {
          along[y * width + x] += kernel[k + reach] * image[y * width + x + k];
        }
      }
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int k = -reach; k <= reach; k++) {
          both[y * width + x] += kernel[k + reach] * at(along, y + k, x, height, width);
        }
      }
    }
    return both;
  }

  /** The same of the images of a graph: [N, 1, H, W]. */
  String of(OnnxGraph graph) {
    double[] kernel = kernel();
    int side = kernel.length;
    float[] square = new float[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        square[y * side + x] = (float) (kernel[y] * kernel[x]);
      }
    }
    return graph.writer().filter(graph.images(), square, side);
  }

  private double[] kernel() {
    int reach = (int) Math.ceil(REACH * deviation);
    double[] kernel = new double[2 * reach + 1];
    double sum = 0;
    for (int k = -reach; k <= reach; k++) {
      kernel[k + reach] = Math.exp(-k * k / (2 * deviation * deviation));
      sum += kernel[k + reach];
    }
    for (int k = 0; k < kernel.length; k++) {
      kernel[k] /= sum;
    }
    return kernel;
  }

  /** A pixel, black beyond the edges. */
  static double at(double[] image, int y, int x, int height, int width) {
    return y < 0 || x < 0 || y >= height || x >= width ? 0 : image[y * width + x];
  }
}
