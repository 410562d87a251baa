package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.AdversarialCrossEntropy;
import io.foolproof.defense.training.Adversary;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.InnerAttack;
import io.foolproof.defense.training.Optimiser;
import io.foolproof.defense.training.Schedule;
import io.foolproof.defense.training.StepRule;
import io.foolproof.defense.training.Training;
import java.util.List;

/**
 * Adversarial weight perturbation: PGD with 10 steps of epsilon / 4 from random starts, gradients
 * at weights that were moved against training by a hundredth of their length, momentum 0.9, weight
 * decay 0.0005, a rate that drops to a tenth after half and three quarters of training.
 *
 * <p>Wu, Xia, Wang: Adversarial weight perturbation helps robust generalization, 2020, arXiv
 * 2004.05884, algorithm 1 with the loss of Madry et al. (AT-AWP).
 *
 * @param threats what is to be withstood
 */
public record Awp(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "awp",
        new AdversarialCrossEntropy(),
        new Adversary(threats, new InnerAttack(10, 0.25, InnerAttack.Start.BALL), 0.2),
        new StepRule.PerturbedWeights(0.01),
        new Training.Descent(
            new Optimiser.Sgd(0.9, 5e-4), new Schedule.Steps(List.of(0.5, 0.75)), 0.01, 128, 0),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.SMALL;
  }

  @Override
  public String differs() {
    return "the paper has no MNIST: a small net without batch normalisation and so a rate of 0.01, not"
        + " 0.1; epsilon grows over the first fifth";
  }
}
