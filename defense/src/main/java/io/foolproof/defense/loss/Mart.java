package io.foolproof.defense.loss;

import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * A boosted cross-entropy of adversarial examples, and their divergence from the images, weighted
 * by how badly these are classified.
 *
 * <p>Wang, Zou, Yi, Bailey, Ma, Gu: Improving adversarial robustness requires revisiting
 * misclassified examples, ICLR 2020, equations 8 to 11. The small numbers inside logarithms, and
 * the one in the weight of the divergence, are those of the authors' code.
 *
 * @param lambda the weight of the divergence
 */
public record Mart(double lambda) implements TrainingLoss {
  private static final double FLOOR = 1e-12;

  /** More than 1 by so much that the rival's term stays finite. */
  private static final double ABOVE_RIVAL = 1.0001;

  /** More than 1 by so much that no image weighs nothing. */
  private static final double ABOVE_LABEL = 1.0000001;

  @Override
  public Tensor of(Batch batch) {
    Tensor clean = batch.net().logits(batch.images());
    Tensor adversarial = batch.net().logits(batch.adversarial());
    Tensor missed = probability(clean, batch.labels()).neg().add(ABOVE_LABEL);
    return boosted(adversarial, batch.labels())
        .add(divergence(clean, adversarial).mul(missed).mul(lambda));
  }

  /** Equation 8: the label's probability is to be large, that of the best other class small. */
  private static Tensor boosted(Tensor logits, Tensor labels) {
    Tensor others = Nn.softmax(logits, 1).scatter(1, labels.unsqueeze(1), 0);
    Tensor rival = others.max(false, 1);
    Tensor margin = rival.neg().add(ABOVE_RIVAL + FLOOR).log().neg();
    return Nn.crossEntropy(logits, labels).add(margin);
  }

  /** KL(clean || adversarial), which an adversarial probability of 0 leaves finite. */
  private static Tensor divergence(Tensor clean, Tensor adversarial) {
    Tensor logP = Nn.logSoftmax(clean, 1);
    Tensor logQ = Nn.softmax(adversarial, 1).add(FLOOR).log();
    return logP.exp().mul(logP.sub(logQ)).sum(false, 1);
  }

  private static Tensor probability(Tensor logits, Tensor labels) {
    return Nn.softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
  }
}
