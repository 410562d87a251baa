package io.foolproof.attack;

import io.foolproof.model.Classifier;

/**
 * An attack whose loss is a setting.
 *
 * @param <A> the attack itself, a record
 */
public interface HasLoss<A extends Attack> extends Attack {

  /** What it climbs. */
  Loss loss();

  /** The same attack on another loss. */
  default A withLoss(Loss loss) {
    return Settings.with(this, "loss", loss);
  }

  /** The loss that takes the place of one that the model has too few classes for. */
  @Override
  default String note(Classifier model, ThreatModel threat) {
    return loss().note(model, threat.goal() instanceof Goal.Targeted);
  }
}
