package io.foolproof.defense.recipe;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.training.Training;
import io.foolproof.model.OnnxBuilder;

/**
 * A way to train, as it was published. Its name means the loss, the attack and the descent of its
 * paper; what differs is said.
 */
public interface Recipe {

  /** The settings, in the paper's numbers. */
  Training training();

  /** The net that is trained unless another is asked for. */
  Architecture net();

  /** How large the first weights of that net are. */
  default OnnxBuilder.Spread spread() {
    return OnnxBuilder.Spread.VALUES;
  }

  /** In what it differs from its paper; empty where it has none. */
  String differs();
}
