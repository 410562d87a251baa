package io.foolproof.defense.loss;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy, and the squared length of its gradient by the image.
 *
 * <p>Drucker and LeCun: Improving generalization performance using double backpropagation, 1992;
 * Ross and Doshi-Velez: Improving the adversarial robustness and interpretability of deep neural
 * networks by regularizing their input gradients, 2017, arXiv 1711.09404, equation 5.
 *
 * @param lambda the weight of the gradient
 */
@Named("gradient")
public record GradientPenalty(@Named("weight") @NotNegative double lambda) implements TrainingLoss {
  /** Checks the numbers. */
  public GradientPenalty {
    Settings.check(GradientPenalty.class, lambda);
  }

  @Override
  public Tensor of(Batch batch) {
    InputSlope slope = InputSlope.at(batch, batch.images());
    return slope.loss().add(InputSlope.sum(slope.gradient().pow(2)).mul(lambda));
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }
}
