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

/**
 * Fast adversarial training: one step of 1.25 epsilon from a random start that the box does not
 * clip, Adam, a rate that rises linearly to 0.005 over two fifths of training and falls back to 0,
 * batches of 100.
 *
 * <p>Wong, Rice, Kolter: Fast is better than free: revisiting adversarial training, 2020, arXiv
 * 2001.03994; the numbers are those of the authors' code for MNIST. It can collapse: see {@link
 * io.foolproof.defense.training.Trainer}.
 *
 * @param threats what is to be withstood
 */
public record Fast(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "fast",
        new AdversarialCrossEntropy(),
        new Adversary(threats, new InnerAttack(1, 1.25, InnerAttack.Start.BEYOND_BOX), 0),
        new StepRule.Once(),
        new Training.Descent(new Optimiser.Adam(), new Schedule.Triangle(0.4), 5e-3, 100, 0),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.SMALL;
  }

  @Override
  public String differs() {
    return "the epoch that validates best is kept, and training stops where it collapses; the paper takes"
        + " 10 epochs, and first weights 2.4 times smaller";
  }
}
