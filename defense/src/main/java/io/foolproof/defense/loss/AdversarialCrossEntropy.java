package io.foolproof.defense.loss;

import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy of adversarial examples: the saddle point problem of adversarial training.
 *
 * <p>Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial
 * attacks, 2017, arXiv 1706.06083, equation 2.1.
 */
public record AdversarialCrossEntropy() implements TrainingLoss {
  @Override
  public Tensor of(Batch batch) {
    return Nn.crossEntropy(batch.net().logits(batch.adversarial()), batch.labels());
  }
}
