package io.foolproof.defense.recipe;

import io.foolproof.attack.NormBounded;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.loss.Mart;
import io.foolproof.defense.training.Adversary;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.InnerAttack;
import io.foolproof.defense.training.Optimiser;
import io.foolproof.defense.training.Schedule;
import io.foolproof.defense.training.StepRule;
import io.foolproof.defense.training.Training;
import java.util.List;

/**
 * MART: PGD with 10 steps of epsilon / 4 from random starts, lambda 5, descent with momentum 0.9 at
 * a rate of 0.01 that drops to a tenth after 75 and 90 of 100 parts.
 *
 * <p>Wang, Zou, Yi, Bailey, Ma, Gu: Improving adversarial robustness requires revisiting
 * misclassified examples, ICLR 2020.
 *
 * @param threat what is to be withstood
 */
public record MartRecipe(NormBounded threat) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "mart",
        new Mart(5),
        new Adversary(threat, new InnerAttack(10, 0.25, InnerAttack.Start.BALL), 0.2),
        new StepRule.Once(),
        new Training.Descent(
            new Optimiser.Sgd(0.9, 0), new Schedule.Steps(List.of(0.75, 0.9)), 0.01, 128, 0),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.SMALL;
  }

  @Override
  public String differs() {
    return "epsilon grows over the first fifth; a small net, no weight decay; the epoch that validates"
        + " best is kept";
  }
}
