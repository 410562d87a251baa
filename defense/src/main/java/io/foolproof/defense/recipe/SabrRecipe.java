package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.Lasso;
import io.foolproof.defense.loss.Penalised;
import io.foolproof.defense.loss.Sabr;
import io.foolproof.defense.loss.WarmUp;
import io.foolproof.defense.training.Adversary;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.InnerAttack;
import io.foolproof.defense.training.StepRule;
import io.foolproof.defense.training.Training;
import io.foolproof.model.OnnxBuilder;

/**
 * SABR: boxes of 0.4 epsilon up to L-inf 0.1, and of 0.6 epsilon beyond, around examples of PGD
 * with 8 steps of epsilon / 2; the weights' absolute values cost 0.00001 and 0.000001; weights,
 * warm-up and descent as in {@link Ibp}.
 *
 * <p>Müller, Eckert, Fischer, Vechev: Certified training: small boxes are all you need, 2022, arXiv
 * 2210.04871; the numbers are those of the authors' code for MNIST.
 *
 * @param threats what is to be withstood, in L-inf
 */
public record SabrRecipe(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "sabr",
        isSmall()
            ? new Penalised(new Sabr(0.4, new WarmUp(0.5)), new Lasso(1e-5))
            : new Penalised(new Sabr(0.6, new WarmUp(0.5)), new Lasso(1e-6)),
        new Adversary(threats, new InnerAttack(8, 0.5, InnerAttack.Start.BALL), Ibp.GROWING, 1),
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
        + "first step on; means of the regularisers are over 32 images; the steps of its attack "
        + "have one length, which falls twice there; the epoch that resists best is kept, once "
        + "epsilon has grown; the paper takes 70 epochs";
  }
}
