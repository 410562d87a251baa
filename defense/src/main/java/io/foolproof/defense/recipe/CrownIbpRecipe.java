package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.CrownIbp;
import io.foolproof.defense.loss.WarmUp;
import io.foolproof.defense.training.Adversary;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.StepRule;
import io.foolproof.defense.training.Training;
import io.foolproof.model.OnnxBuilder;

/**
 * CROWN-IBP: as {@link Ibp}, but that the bounds are linear at first, and intervals once epsilon
 * has grown.
 *
 * <p>Zhang, Chen, Xiao, Gowal, Stanforth, Li, Boning, Hsieh: Towards stable and efficient training
 * of verifiably robust neural networks, 2019, arXiv 1906.06316; weights, warm-up and descent are
 * those of Shi et al., 2021, arXiv 2103.17268.
 *
 * @param threats what is to be withstood, in L-inf
 */
public record CrownIbpRecipe(Threats threats) implements Recipe {
  @Override
  public Training training() {
    return new Training(
        "crown-ibp",
        new CrownIbp(new WarmUp(0.5)),
        new Adversary(threats, null, Ibp.GROWING, 1),
        new StepRule.Once(),
        Ibp.DESCENT,
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
    return "weights, warm-up and descent are those of Shi et al. (arXiv 2103.17268); the net is "
        + "small, with no batch normalisation; epsilon grows linearly from the first step on; "
        + "means of the regularisers are over 32 images; the epoch that certifies most is kept; "
        + "the paper takes 200 epochs";
  }
}
