package io.foolproof.defense.loss;

import io.foolproof.defense.bound.BoundedValues;
import io.foolproof.defense.bound.Region;
import io.foolproof.tensor.Tensor;

/**
 * The cross-entropy of the worst logits that bounds allow, which are a mixture of linear bounds,
 * tighter and dearer, and of intervals. The share of linear bounds, beta, falls from 1 to 0 as
 * epsilon grows.
 *
 * <p>Zhang, Chen, Xiao, Gowal, Stanforth, Li, Boning, Hsieh: Towards stable and efficient training
 * of verifiably robust neural networks, 2019, arXiv 1906.06316, equations 9 and 10 with kappa 0 and
 * beta from 1 to 0; the warm-up is that of {@link WarmUp}.
 *
 * @param warmUp the regulariser
 */
public record CrownIbp(WarmUp warmUp) implements TrainingLoss {
  @Override
  public Tensor of(Batch batch) {
    Region region = batch.bounded();
    BoundedValues values = region.around(batch.images());
    double beta = 1 - region.grown();
    Tensor margins = values.margins(batch.labels());
    if (beta > 0) {
      margins = margins.mul(1 - beta).add(values.linearMargins(batch.labels()).mul(beta));
    }
    return IntervalLoss.worst(margins, batch.labels()).add(warmUp.of(values, region.grown()));
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }

  @Override
  public boolean isBounded() {
    return true;
  }

  @Override
  public boolean takesLinearBounds() {
    return true;
  }
}
