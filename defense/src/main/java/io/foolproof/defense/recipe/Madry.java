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
 * Adversarial training: PGD with 40 steps of epsilon / 30 from random starts, Adam at a constant
 * rate of 0.0001, batches of 50.
 *
 * <p>Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial
 * attacks, 2017, arXiv 1706.06083, appendix; the numbers are those of the authors' MNIST challenge.
 *
 * @param threats what is to be withstood
 */
public record Madry(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "madry",
        new AdversarialCrossEntropy(),
        new Adversary(threats, new InnerAttack(40, 1 / 30.0, InnerAttack.Start.BALL), 0),
        new StepRule.Once(),
        new Training.Descent(new Optimiser.Adam(), new Schedule.Constant(), 1e-4, 50, 0),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.LARGE;
  }

  @Override
  public String differs() {
    return "the epoch that validates best is kept; the paper takes 100,000 steps";
  }
}
