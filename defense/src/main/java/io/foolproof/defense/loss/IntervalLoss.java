package io.foolproof.defense.loss;

import io.foolproof.defense.bound.BoundedValues;
import io.foolproof.defense.bound.Region;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * The cross-entropy of the worst logits that interval bounds allow: an upper bound of that of every
 * image within epsilon. While epsilon grows, a regulariser keeps bounds and rectifiers in hand.
 *
 * <p>Gowal, Dvijotham, Stanforth, Bunel, Qin, Uesato, Arandjelovic, Mann, Kohli: On the
 * effectiveness of interval bound propagation for training verifiably robust models, 2018, arXiv
 * 1810.12715, equation 12 with kappa 0, and section 3.2 for the last layer; the warm-up is that of
 * {@link WarmUp}.
 *
 * @param warmUp the regulariser
 */
public record IntervalLoss(WarmUp warmUp) implements TrainingLoss {
  @Override
  public Tensor of(Batch batch) {
    Region region = batch.bounded();
    BoundedValues values = region.around(batch.images());
    return worst(values.margins(batch.labels()), batch.labels())
        .add(warmUp.of(values, region.grown()));
  }

  /** The cross-entropy of logits of which only lower bounds of z_y - z_k are known. */
  static Tensor worst(Tensor margins, Tensor labels) {
    return Nn.crossEntropy(margins.neg(), labels);
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }

  @Override
  public boolean isBounded() {
    return true;
  }
}
