package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.IntervalLoss;
import io.foolproof.defense.loss.WarmUp;
import io.foolproof.defense.training.Adversary;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.Optimiser;
import io.foolproof.defense.training.Schedule;
import io.foolproof.defense.training.StepRule;
import io.foolproof.defense.training.Training;
import io.foolproof.model.OnnxBuilder;

/**
 * The default of certified training: interval bounds with the first weights and the warm-up of Shi
 * et al. ({@link Ibp}), small batches and a large rate along half a cosine, behind a layer that
 * makes black or white of what is near them. Epsilon grows over the first fifth; the running mean
 * of the weights is exported.
 *
 * <p>The layer is that of the recipe {@code default}, written in rectifiers: it takes away what
 * L-inf changes, and nothing of what moves further; see docs/training.md for its price.
 *
 * @param threats what is to be withstood, in L-inf
 */
public record Certified(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "certified",
        new IntervalLoss(new WarmUp(0.5)),
        new Adversary(threats, null, 0.2, 1),
        new StepRule.Once(),
        new Training.Descent(new Optimiser.Adam(), new Schedule.Cosine(), 2e-3, 64, 0.999),
        Augmentation.NONE);
  }

  @Override
  public Architecture net() {
    return Architecture.RAMP;
  }

  @Override
  public OnnxBuilder.Spread spread() {
    return OnnxBuilder.Spread.INTERVALS;
  }

  @Override
  public String differs() {
    return "";
  }
}
