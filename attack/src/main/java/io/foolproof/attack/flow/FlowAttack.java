package io.foolproof.attack.flow;

import io.foolproof.attack.Attack;
import io.foolproof.attack.FlowBounded;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import java.util.Set;

/** An attack that moves pixels, on a model whose inputs have rows and columns. */
interface FlowAttack extends Attack {
  @Override
  default Set<Norm> norms() {
    return Set.of();
  }

  @Override
  default boolean covers(ThreatModel threat) {
    return threat instanceof FlowBounded;
  }

  @Override
  default void requireApplicable(Classifier model, ThreatModel threat) {
    Attack.super.requireApplicable(model, threat);
    FlowPursuit.requirePixels(name(), model);
  }
}
