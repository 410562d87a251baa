package io.foolproof.transform;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;

/** Functions of single pixels, and of whole images, that the engine does not know. */
final class Pixelwise {
  private Pixelwise() {}

  /** A function of a pixel, with what belongs to its image. */
  interface Function {
    double at(int image, double value);
  }

  /**
   * A function of each pixel. It is computed here and not by the engine, whose powers differ in the
   * last bit with a pixel's place in memory.
   *
   * @param slope its derivative
   */
  static Tensor apply(Tensor images, Function function, Function slope) {
    double[] pixels = images.detach().toDoubles();
    int each = pixels.length / Math.max(1, (int) images.size(0));
    double[] values = new double[pixels.length];
    double[] slopes = new double[images.isDifferentiable() ? pixels.length : 0];
    for (int i = 0; i < pixels.length; i++) {
      values[i] = function.at(i / each, pixels[i]);
    }
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = slope.at(i / each, pixels[i]);
    }
    Tensor result = tensor(values, images);
    return images.isDifferentiable()
        ? withGradientOf(result, images.mul(tensor(slopes, images)))
        : result;
  }

  /** Values with the gradient of something else: what is added is 0 to the last bit. */
  static Tensor withGradientOf(Tensor values, Tensor other) {
    return other.isDifferentiable() ? values.add(other.sub(other.detach())) : values;
  }

  /** Changes one image in place. */
  interface Rewriting {
    void rewrite(double[] image, int height, int width);
  }

  /** What an image becomes, each for itself, with gradients as if nothing changed. */
  static Tensor straightThrough(Tensor images, Rewriting rewriting) {
    double[] all = images.detach().toDoubles();
    int count = (int) images.size(0);
    int each = all.length / Math.max(1, count);
    double[] image = new double[each];
    for (int i = 0; i < count; i++) {
      System.arraycopy(all, i * each, image, 0, each);
      rewriting.rewrite(image, (int) images.size(2), (int) images.size(3));
      System.arraycopy(image, 0, all, i * each, each);
    }
    return withGradientOf(tensor(all, images), images);
  }

  private static Tensor tensor(double[] values, Tensor images) {
    DType dtype = images.dtype();
    return Tensor.of(values, images.shape()).to(dtype);
  }
}
