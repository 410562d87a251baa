package io.foolproof.defense.loss;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy, and the squared length of the logits.
 *
 * <p>Kannan, Kurakin, Goodfellow: Adversarial logit pairing, 2018, arXiv 1803.06373, section 4.3.
 * It hides gradients more than it makes nets robust: Mosbach et al., 2018, arXiv 1810.12042.
 *
 * @param lambda the weight of the length
 */
@Named("squeezing")
public record LogitSqueezing(@Named("weight") @NotNegative double lambda) implements TrainingLoss {
  /** Checks the numbers. */
  public LogitSqueezing {
    Settings.check(LogitSqueezing.class, lambda);
  }

  @Override
  public Tensor of(Batch batch) {
    Tensor logits = batch.net().logits(batch.images());
    Tensor squared = logits.pow(2).sum(false, 1);
    return Nn.crossEntropy(logits, batch.labels()).add(squared.mul(lambda));
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }
}
