package io.foolproof.defense.loss;

import io.foolproof.defense.bound.BoundedValues;
import io.foolproof.defense.bound.Region;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;

/**
 * The cross-entropy of the worst logits that interval bounds allow in a small box around an
 * adversarial example, inside the whole: less than the bound of the whole, so that the net is
 * regularised less and a search has to certify it.
 *
 * <p>Müller, Eckert, Fischer, Vechev: Certified training: small boxes are all you need, 2022, arXiv
 * 2210.04871, section 3; the warm-up is that of {@link WarmUp}.
 *
 * @param lambda the size of the box, as a fraction of epsilon
 * @param warmUp the regulariser
 */
public record Sabr(double lambda, WarmUp warmUp) implements TrainingLoss {
  /** Checks the size. */
  public Sabr {
    if (!(lambda > 0 && lambda <= 1)) {
      throw new InvalidInputException(
          "boxes of SABR are %s of epsilon: give a fraction above 0, such as 0.4"
              .formatted(lambda));
    }
  }

  @Override
  public Tensor of(Batch batch) {
    Region region = batch.bounded();
    double tau = lambda * region.epsilon();
    double room = region.epsilon() - tau;
    Tensor x = batch.images();
    Tensor centre = batch.adversarial().clamp(x.add(-room), x.add(room));
    BoundedValues values = region.within(centre, tau);
    return IntervalLoss.worst(values.margins(batch.labels()), batch.labels())
        .add(warmUp.of(values, region.grown()));
  }

  @Override
  public boolean isBounded() {
    return true;
  }
}
