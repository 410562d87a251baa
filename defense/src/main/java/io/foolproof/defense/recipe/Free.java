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
 * Free adversarial training: every batch is replayed 8 times, with one backward pass for weights
 * and images, steps of epsilon; descent with momentum 0.9.
 *
 * <p>Shafahi, Najibi, Ghiasi, Xu, Dickerson, Studer, Davis, Taylor, Goldstein: Adversarial training
 * for free!, 2019, arXiv 1904.12843, algorithm 1.
 *
 * @param threats what is to be withstood
 */
public record Free(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "free",
        new AdversarialCrossEntropy(),
        new Adversary(threats, new InnerAttack(1, 1, InnerAttack.Start.IMAGE), 0.2),
        new StepRule.Replays(8),
        new Training.Descent(
            new Optimiser.Sgd(0.9, 2e-4), new Schedule.Steps(List.of(0.5, 0.75)), 0.01, 128, 0),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.SMALL;
  }

  @Override
  public String differs() {
    return "the paper has no MNIST: a small net without batch normalisation and so a rate of 0.01, not"
        + " 0.1; epsilon grows over the first fifth; perturbations are zero again at every epoch,"
        + " and their gradients pass where the box clips an image";
  }
}
