package io.foolproof.defense.loss;

import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/** The Kullback-Leibler divergence of predicted probabilities. */
final class Divergence {
  private Divergence() {}

  /** KL(p || q), [N], of the probabilities that belong to logits [N, classes]. */
  static Tensor of(Tensor p, Tensor q) {
    Tensor logP = Nn.logSoftmax(p, 1);
    return logP.exp().mul(logP.sub(Nn.logSoftmax(q, 1))).sum(false, 1);
  }
}
