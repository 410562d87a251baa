package io.foolproof.defense.loss;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * Half the squared length of all kernels and matrices, as a part of the loss: ridge regression for
 * nets.
 *
 * <p>Krogh and Hertz: A simple weight decay can improve generalization, 1991.
 *
 * @param lambda the weight of the length
 */
@Named("decay")
public record WeightDecay(@Named("weight") @NotNegative double lambda) implements WeightPenalty {
  /** Checks the weight. */
  public WeightDecay {
    Settings.check(WeightDecay.class, lambda);
  }

  @Override
  public Tensor of(List<Layer> layers) {
    return layers.stream()
        .map(layer -> layer.weight().pow(2).sum())
        .reduce(Tensor::add)
        .orElseThrow()
        .mul(lambda / 2);
  }
}
