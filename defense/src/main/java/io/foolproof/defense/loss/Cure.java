package io.foolproof.defense.loss;

import io.foolproof.attack.Norm;
import io.foolproof.attack.Settings;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Positive;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy, and how much its gradient by the image changes a little way along the sign of that
 * gradient: the curvature of the loss where attacks go.
 *
 * <p>Moosavi-Dezfooli, Fawzi, Uesato, Frossard: Robustness via curvature regularization, and vice
 * versa, 2018, arXiv 1811.09716, equation 9.
 *
 * @param lambda the weight of the change
 * @param h how far, in L2
 */
@Named("cure")
public record Cure(@Named("weight") @NotNegative double lambda, @Positive double h)
    implements TrainingLoss {
  /** Checks the numbers. */
  public Cure {
    Settings.check(Cure.class, lambda, h);
  }

  @Override
  public Tensor of(Batch batch) {
    InputSlope here = InputSlope.at(batch, batch.images());
    Tensor direction = Rows.unit(here.gradient().detach().sign(), Norm.L2);
    InputSlope there = InputSlope.at(batch, batch.images().add(direction.mul(h)));
    Tensor change = there.gradient().sub(here.gradient());
    return here.loss().add(InputSlope.sum(change.pow(2)).mul(lambda));
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }
}
