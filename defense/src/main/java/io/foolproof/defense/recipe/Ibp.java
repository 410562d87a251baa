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
import java.util.List;

/**
 * Certified training by interval bounds, with the first weights, the regularisers and the short
 * warm-up of its paper: epsilon grows over 20 of 70 epochs, Adam at a rate of 0.0005 that drops
 * after 50 and 60, batches of 256.
 *
 * <p>Shi, Wang, Zhang, Yi, Hsieh: Fast certified robust training with short warmup, 2021, arXiv
 * 2103.17268; the numbers are those of the authors' code for MNIST. The loss is that of Gowal et
 * al., 2018, arXiv 1810.12715.
 *
 * @param threats what is to be withstood, in L-inf
 */
public record Ibp(Threats threats) implements Recipe {
  /** The part of training in which epsilon grows. */
  static final double GROWING = 21 / 70.0;

  static final Training.Descent DESCENT =
      new Training.Descent(
          new Optimiser.Adam(), new Schedule.Steps(List.of(50.0 / 70, 60.0 / 70)), 5e-4, 256, 0);

  @Override
  public Training training() {
    return new Training(
        "ibp",
        new IntervalLoss(new WarmUp(0.5)),
        new Adversary(threats, null, GROWING, 1),
        new StepRule.Once(),
        DESCENT,
        Augmentation.NONE);
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
        + "first step on; means of the regularisers are over 32 images; the epoch that "
        + "certifies most is kept; the paper takes 70 epochs";
  }
}
