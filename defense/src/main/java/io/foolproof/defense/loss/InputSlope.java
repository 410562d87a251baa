package io.foolproof.defense.loss;

import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * The cross-entropy at some points, and its gradient by them, both of which can be differentiated
 * by the weights.
 *
 * @param loss [N]
 * @param gradient [N, shape...]
 */
record InputSlope(Tensor loss, Tensor gradient) {

  static InputSlope at(Batch batch, Tensor points) {
    Tensor x = points.variable();
    Tensor loss = Nn.crossEntropy(batch.net().logits(x), batch.labels());
    return new InputSlope(loss, Gradients.differentiable(loss, x));
  }

  /** The sum over the values of each image, [N]. */
  static Tensor sum(Tensor values) {
    return values.sum(false, Rows.valueDims(values));
  }
}
