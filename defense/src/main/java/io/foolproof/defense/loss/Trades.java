package io.foolproof.defense.loss;

import io.foolproof.attack.Objective;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy of the images, and how far predictions move from them to adversarial examples: the
 * two parts of the robust error.
 *
 * <p>Zhang, Yu, Jiao, Xing, El Ghaoui, Jordan: Theoretically principled trade-off between
 * robustness and accuracy, 2019, arXiv 1901.08573, equation 5; as in the authors' code the
 * divergence is KL(clean || adversarial).
 *
 * @param beta the weight of the second part, 1 / lambda
 */
public record Trades(double beta) implements TrainingLoss {
  @Override
  public Tensor of(Batch batch) {
    Tensor clean = batch.net().logits(batch.images());
    Tensor adversarial = batch.net().logits(batch.adversarial());
    return Nn.crossEntropy(clean, batch.labels()).add(Divergence.of(clean, adversarial).mul(beta));
  }

  @Override
  public Objective climbed(DifferentiableClassifier net, Tensor images) {
    Tensor clean = net.logits(images).detach();
    return (logits, labels) -> Divergence.of(clean, logits);
  }
}
