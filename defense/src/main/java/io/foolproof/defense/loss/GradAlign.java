package io.foolproof.defense.loss;

import io.foolproof.attack.Settings;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Positive;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/**
 * Cross-entropy of adversarial examples, and how badly gradients by the image agree within L-inf
 * epsilon of it: 1 less their cosine. It keeps training with one step from collapsing.
 *
 * <p>Andriushchenko and Flammarion: Understanding and improving fast adversarial training, 2020,
 * arXiv 2007.02617, equation 9.
 *
 * @param lambda the weight of the disagreement
 * @param epsilon how far from the image the other gradient is taken, in L-inf
 */
@Named("gradalign")
public record GradAlign(@Named("weight") @NotNegative double lambda, @Positive double epsilon)
    implements TrainingLoss {
  /** Checks the numbers. */
  public GradAlign {
    Settings.check(GradAlign.class, lambda, epsilon);
  }

  /** Gradients of nothing agree with nothing. */
  private static final double SHORTEST = 1e-12;

  @Override
  public Tensor of(Batch batch) {
    Tensor x = batch.images();
    Tensor shift =
        Draws.of(batch.streams(), x.shape(), (s, v, from, to) -> s.fillUniform(v, from, to, -1, 1))
            .to(x.dtype());
    Tensor here = InputSlope.at(batch, x).gradient();
    Tensor there = InputSlope.at(batch, x.add(shift.mul(epsilon))).gradient();
    Tensor lengths = squared(here).mul(squared(there)).add(SHORTEST * SHORTEST).sqrt();
    Tensor cosine = InputSlope.sum(here.mul(there)).div(lengths);
    return Nn.crossEntropy(batch.net().logits(batch.adversarial()), batch.labels())
        .add(cosine.neg().add(1).mul(lambda));
  }

  private static Tensor squared(Tensor gradient) {
    return InputSlope.sum(gradient.pow(2));
  }
}
