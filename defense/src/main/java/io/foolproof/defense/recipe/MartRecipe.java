package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
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
 * MART: PGD with 10 steps of epsilon / 4 from noise of 0.001, lambda 5, descent with momentum 0.9
 * at a rate of 0.01 that drops to a tenth after 75, 90 and 100 of 120 epochs.
 *
 * <p>Wang, Zou, Yi, Bailey, Ma, Gu: Improving adversarial robustness requires revisiting
 * misclassified examples, ICLR 2020; the start, lambda and the descent are those of the authors'
 * code for a ResNet-18.
 *
 * @param threats what is to be withstood
 */
public record MartRecipe(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "mart",
        new Mart(5),
        new Adversary(threats, new InnerAttack(10, 0.25, InnerAttack.Start.NOISE), 0.2),
        new StepRule.Once(),
        new Training.Descent(
            new Optimiser.Sgd(0.9, 0),
            new Schedule.Steps(List.of(75.0 / 120, 90.0 / 120, 100.0 / 120)),
            0.01,
            128,
            0),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.SMALL;
  }

  @Override
  public String differs() {
    return "epsilon grows over the first fifth; a small net, and so no weight decay (0.0035 there); the"
        + " epoch that validates best is kept";
  }
}
