package io.foolproof.attack.closest;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Tensor;

/**
 * Variables w that cannot leave the box: x = low + (tanh(w) + 1) / 2 of its width.
 *
 * <p>Carlini and Wagner 2016, arXiv 1608.04644, section V-B.
 */
record TanhBox(InputSpec input) {

  /**
   * The variables of images.
   *
   * @param inside how far from the middle of the box tanh may be at most, less than 1, [lanes, 1]:
   *     at its very edge w would be infinite
   */
  Tensor variables(Tensor images, Tensor inside) {
    Tensor tanh = images.sub(input.low()).mul(2 / width()).sub(1);
    tanh = tanh.minimum(inside).maximum(inside.neg());
    return tanh.add(1).div(tanh.neg().add(1)).log().mul(0.5);
  }

  /** The images of variables, whose tanh is given. */
  Tensor images(Tensor tanh) {
    return tanh.add(1).mul(width() / 2).add(input.low()).clamp(input.low(), input.high());
  }

  /** The gradient by the variables, but for a factor, from that by the images. */
  Tensor chained(Tensor gradient, Tensor tanh) {
    return gradient.mul(tanh.pow(2).neg().add(1));
  }

  private double width() {
    return input.high() - input.low();
  }
}
