package io.foolproof.defense.loss;

import io.foolproof.attack.Norm;
import io.foolproof.attack.Settings;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy, and half the squared Frobenius norm of the logits' Jacobian, estimated from one
 * random direction of the logits: its expectation is the norm.
 *
 * <p>Hoffman, Roberts, Yaida: Robust learning with Jacobian regularization, 2019, arXiv 1908.02729,
 * algorithm 1 with one projection.
 *
 * @param lambda the weight of the norm
 */
@Named("jacobian")
public record JacobianPenalty(@Named("weight") @NotNegative double lambda) implements TrainingLoss {
  /** Checks the numbers. */
  public JacobianPenalty {
    Settings.check(JacobianPenalty.class, lambda);
  }

  @Override
  public Tensor of(Batch batch) {
    Tensor x = batch.images().variable();
    Tensor logits = batch.net().logits(x);
    Tensor random = Draws.gaussian(batch.streams(), logits.shape()).to(logits.dtype());
    Tensor direction = Rows.unit(random, Norm.L2);
    Tensor along = logits.mul(direction).sum(false, 1);
    Tensor squared = InputSlope.sum(Gradients.differentiable(along, x).pow(2));
    return Nn.crossEntropy(logits, batch.labels()).add(squared.mul(lambda / 2 * logits.size(1)));
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }
}
