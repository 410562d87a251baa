package io.foolproof.defense.loss;

import io.foolproof.defense.bound.BoundedValues;
import io.foolproof.defense.bound.Region;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * A mixture of the cross-entropy of adversarial examples, a lower bound of the robust loss, and of
 * the worst logits that interval bounds allow, an upper bound.
 *
 * <p>De Palma, Bunel, Dvijotham, Kumar, Stanforth, Lomuscio: Expressive losses for verified
 * robustness via convex combinations, 2023, arXiv 2305.13991, equation 8 (MTL-IBP); the warm-up is
 * that of {@link WarmUp}.
 *
 * @param alpha the weight of the upper bound
 * @param warmUp the regulariser
 */
public record MtlIbp(double alpha, WarmUp warmUp) implements TrainingLoss {
  /** Checks the weight. */
  public MtlIbp {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new InvalidInputException(
          "the weight of bounds in MTL-IBP is %s: give a fraction above 0, such as 0.01"
              .formatted(alpha));
    }
  }

  @Override
  public Tensor of(Batch batch) {
    Region region = batch.bounded();
    BoundedValues values = region.around(batch.images());
    Tensor attacked = Nn.crossEntropy(batch.net().logits(batch.adversarial()), batch.labels());
    Tensor bounded = IntervalLoss.worst(values.margins(batch.labels()), batch.labels());
    return attacked.mul(1 - alpha).add(bounded.mul(alpha)).add(warmUp.of(values, region.grown()));
  }

  @Override
  public boolean isBounded() {
    return true;
  }
}
