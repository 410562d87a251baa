package io.foolproof.defense.loss;

import io.foolproof.attack.Settings;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy; how far it is from linear within L-inf epsilon of the image, at the point where it
 * is farthest; and how much its linear part changes up to there.
 *
 * <p>Qin, Martens, Gowal, Krishnan, Dvijotham, Fawzi, De, Stanforth, Kohli: Adversarial robustness
 * through local linearization, 2019, arXiv 1907.02610, equations 7 and 9 to 11. The point is found
 * by steps along the sign of the gradient, from a random start; the paper takes Adam.
 *
 * @param lambda the weight of the distance from a linear function
 * @param mu the weight of the linear part
 * @param epsilon how far from the image, in L-inf
 * @param steps on the way to the point
 */
@Named("llr")
public record LocalLinearity(
    @Named("weight") @NotNegative double lambda,
    @Named("slope") @NotNegative double mu,
    @Positive double epsilon,
    @AtLeast(1) int steps)
    implements TrainingLoss {
  /** Steps reach 2.5 times as far as epsilon in all. */
  private static final double REACH = 2.5;

  /** Checks the numbers. */
  public LocalLinearity {
    Settings.check(LocalLinearity.class, lambda, mu, epsilon, steps);
  }

  @Override
  public Tensor of(Batch batch) {
    InputSlope here = InputSlope.at(batch, batch.images());
    Tensor delta = farthest(batch, here).sub(batch.images());
    Tensor linear = InputSlope.sum(here.gradient().mul(delta));
    Tensor violation = loss(batch, batch.images().add(delta)).sub(here.loss()).sub(linear).abs();
    return here.loss().add(violation.mul(lambda)).add(linear.abs().mul(mu));
  }

  private static Tensor loss(Batch batch, Tensor points) {
    return Nn.crossEntropy(batch.net().logits(points), batch.labels());
  }

  /** Where the loss is farthest from its linear part: a constant for the gradient by weights. */
  private Tensor farthest(Batch batch, InputSlope slope) {
    try (Scope scope = Scope.open()) {
      Tensor x = batch.images();
      InputSpec box = batch.net().input();
      Tensor low = x.add(-epsilon).clamp(box.low(), box.high());
      Tensor high = x.add(epsilon).clamp(box.low(), box.high());
      Tensor loss = slope.loss().detach();
      Tensor gradient = slope.gradient().detach();
      Tensor shift =
          Draws.of(
                  batch.streams(), x.shape(), (s, v, from, to) -> s.fillUniform(v, from, to, -1, 1))
              .to(x.dtype());
      Tensor point = x.add(shift.mul(epsilon)).clamp(low, high);
      for (int step = 0; step < steps; step++) {
        try (Scope turn = Scope.open()) {
          Tensor at = point.variable();
          Tensor linear = InputSlope.sum(gradient.mul(at.sub(x)));
          Tensor violation = loss(batch, at).sub(loss).sub(linear).abs();
          Tensor ascent = Gradients.of(violation, at).sign().mul(REACH * epsilon / steps);
          point = turn.replace(point, point.add(ascent).clamp(low, high));
        }
      }
      return scope.keep(point);
    }
  }

  @Override
  public boolean isAdversarial() {
    return false;
  }
}
