package io.foolproof.defense.loss;

import io.foolproof.attack.setting.Named;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy of the training images, with smoothed labels where wanted: a fraction of each
 * label's probability is spread evenly over all classes.
 *
 * <p>Label smoothing: Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception
 * architecture, 2015, arXiv 1512.00567, section 7.
 *
 * @param smoothing the fraction that is spread, from 0 up to 1
 */
@Named("smoothing")
public record CrossEntropy(@Named("weight") double smoothing) implements TrainingLoss {

  /** Checks the fraction. */
  public CrossEntropy {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new InvalidInputException(
          "label smoothing is " + smoothing + ": give a fraction from 0 up to 1, such as 0.1");
    }
  }

  @Override
  public Tensor of(Batch batch) {
    Tensor logits = batch.net().logits(batch.images());
    Tensor loss = Nn.crossEntropy(logits, batch.labels());
    if (smoothing == 0) {
      return loss;
    }
    Tensor even = Nn.logSoftmax(logits, 1).mean(false, 1).neg();
    return loss.mul(1 - smoothing).add(even.mul(smoothing));
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }
}
