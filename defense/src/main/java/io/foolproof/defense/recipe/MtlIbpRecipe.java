package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.Lasso;
import io.foolproof.defense.loss.MtlIbp;
import io.foolproof.defense.loss.Penalised;
import io.foolproof.defense.loss.WarmUp;
import io.foolproof.defense.training.Adversary;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.InnerAttack;
import io.foolproof.defense.training.StepRule;
import io.foolproof.defense.training.Training;
import io.foolproof.model.OnnxBuilder;

/**
 * MTL-IBP: interval bounds with the weight 0.01 up to L-inf 0.1, and 0.08 beyond, and examples of
 * one step of the sign to the corners of the ball; trained within twice, and 4 / 3 of, epsilon; the
 * weights' absolute values cost 0.00001 and 0.000001; weights, warm-up and descent as in {@link
 * Ibp}.
 *
 * <p>De Palma, Bunel, Dvijotham, Kumar, Stanforth, Lomuscio: Expressive losses for verified
 * robustness via convex combinations, 2023, arXiv 2305.13991; the numbers are those of the authors'
 * code for MNIST.
 *
 * @param threats what is to be withstood, in L-inf
 */
public record MtlIbpRecipe(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "mtl-ibp",
        isSmall()
            ? new Penalised(new MtlIbp(0.01, new WarmUp(0.5)), new Lasso(1e-5))
            : new Penalised(new MtlIbp(0.08, new WarmUp(0.5)), new Lasso(1e-6)),
        new Adversary(
            threats,
            new InnerAttack(1, 10, InnerAttack.Start.BALL),
            Ibp.GROWING,
            isSmall() ? 2 : 4 / 3.0),
        new StepRule.Once(),
        Ibp.DESCENT,
        Augmentation.NONE);
  }

  /** The paper has numbers for L-inf 0.1 and 0.3. */
  private boolean isSmall() {
    return threats.linfEpsilon() < 0.2;
  }

  @Override
  public Architecture net() {
    return Architecture.SMALL;
  }

  @Override
  public OnnxBuilder.Spread spread() {
    return OnnxBuilder.Spread.INTERVALS;
  }

  @Override
  public String differs() {
    return "the net is small and has no batch normalisation; epsilon grows linearly from the "
        + "first step on; means of the regularisers are over 32 images; the epoch that resists "
        + "best is kept, once epsilon has grown; the paper takes 70 epochs";
  }
}
