package io.foolproof.defense.loss;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * The sum of the absolute values of all kernels and matrices, as a part of the loss.
 *
 * <p>Tibshirani: Regression shrinkage and selection via the lasso, 1996; in certified training
 * Müller et al., 2022, arXiv 2210.04871, appendix, and De Palma et al., 2023, arXiv 2305.13991.
 *
 * @param lambda the weight of the sum
 */
@Named("lasso")
public record Lasso(@Named("weight") @NotNegative double lambda) implements WeightPenalty {
  /** Checks the weight. */
  public Lasso {
    Settings.check(Lasso.class, lambda);
  }

  @Override
  public Tensor of(List<Layer> layers) {
    return layers.stream()
        .map(layer -> layer.weight().abs().sum())
        .reduce(Tensor::add)
        .orElseThrow()
        .mul(lambda);
  }
}
