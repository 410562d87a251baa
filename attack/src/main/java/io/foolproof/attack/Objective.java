package io.foolproof.attack;

import io.foolproof.tensor.Tensor;

/** What a gradient attack climbs: a number for each lane, from its logits alone. */
@FunctionalInterface
public interface Objective {

  /**
   * Evaluates it.
   *
   * @param logits [lanes, classes]
   * @param labels [lanes]
   * @return [lanes]; never reduced by a mean, which underflows to gradients of zero
   */
  Tensor of(Tensor logits, Tensor labels);
}
