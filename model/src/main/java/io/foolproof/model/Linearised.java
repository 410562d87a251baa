package io.foolproof.model;

import io.foolproof.tensor.Tensor;
import java.util.List;

/** Logits that are computed outside the engine, with the gradients that belong to them. */
public final class Linearised {
  private Linearised() {}

  /**
   * Logits that the engine sees as linear around the images: their values are those given, to the
   * last bit, and the gradient of any loss follows from the rows of the Jacobian. There are no
   * second derivatives. A component of the Jacobian that is NaN or infinite counts as zero: times
   * the zero that is added here, it would make the logits NaN.
   *
   * @param images [N, shape of one...], of which the gradient is wanted
   * @param values the logits: [N, classes], without a gradient
   * @param slopes for each class, the gradient of its logit: [N, values]
   */
  public static Tensor around(Tensor images, Tensor values, List<Tensor> slopes) {
    Tensor none = Tensor.zeros(images.dtype());
    Tensor flat = images.flatten(1);
    // Zero, so that the value does not change; but it has the gradient of the images.
    Tensor fromHere = flat.sub(flat.detach());
    // Class by class: sums over classes in one operation might depend on the size of the batch.
    List<Tensor> columns =
        slopes.stream()
            .map(slope -> Tensor.where(slope.mul(0).eq(0), slope, none))
            .map(slope -> fromHere.mul(slope).sum(false, 1))
            .toList();
    return values.add(Tensor.stack(columns, 1));
  }
}
