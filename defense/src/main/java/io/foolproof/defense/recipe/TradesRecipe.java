package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.Trades;
import io.foolproof.defense.training.Adversary;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.InnerAttack;
import io.foolproof.defense.training.Optimiser;
import io.foolproof.defense.training.Schedule;
import io.foolproof.defense.training.StepRule;
import io.foolproof.defense.training.Training;
import java.util.List;

/**
 * TRADES: 40 steps of epsilon / 30 up the divergence, beta 1, descent with momentum 0.9 at a rate
 * of 0.01 that drops to a tenth after 55, 75 and 90 of 100 epochs.
 *
 * <p>Zhang, Yu, Jiao, Xing, El Ghaoui, Jordan: Theoretically principled trade-off between
 * robustness and accuracy, 2019, arXiv 1901.08573; the numbers are those of the authors' code for
 * MNIST.
 *
 * @param threats what is to be withstood
 */
public record TradesRecipe(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "trades",
        new Trades(1),
        new Adversary(threats, new InnerAttack(40, 1 / 30.0, InnerAttack.Start.NOISE), 0),
        new StepRule.Once(),
        new Training.Descent(
            new Optimiser.Sgd(0.9, 0), new Schedule.Steps(List.of(0.55, 0.75, 0.9)), 0.01, 128, 0),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.LARGE;
  }

  @Override
  public String differs() {
    return "the net has two convolutions, the paper's four; the epoch that validates best is kept; the"
        + " paper takes 100 epochs";
  }
}
