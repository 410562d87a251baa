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
 * The default: a first layer that clips what is near black or white, which nets that are trained
 * against L-inf learn for themselves, so that they need not; PGD with 5 steps of epsilon / 3, whose
 * gradients pass where the clip saturates; epsilon grows over the first fifth; images are turned,
 * scaled and shifted a little; one cycle; the running mean of the weights is exported.
 *
 * <p>The layer hides gradients from attacks that do not know of it: audit with the suite {@code
 * plus}. It takes away what L-inf changes, and nothing of what moves further: see docs/training.md
 * for its price.
 *
 * @param threats what is to be withstood; against L2 and L1, where few pixels change by much, there
 *     is no such layer
 */
public record Thresholding(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "default",
        new AdversarialCrossEntropy(),
        new Adversary(threats, new InnerAttack(5, 1 / 3.0, InnerAttack.Start.BALL), 0.2),
        new StepRule.Once(),
        new Training.Descent(new Optimiser.Adam(), new Schedule.OneCycle(), 3e-3, 128, 0.999),
        Augmentation.LIGHT);
  }

  @Override
  public Architecture net() {
    return threats.isLinfAlone() ? Architecture.DEEP_THRESHOLD : Architecture.DEEP;
  }

  @Override
  public String differs() {
    return "";
  }
}
