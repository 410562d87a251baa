package io.foolproof.attack.transfer;

import io.foolproof.attack.Surrogates;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;

/**
 * Where an attack takes gradients from, instead of a model that hides its own: what the attack sees
 * in its place.
 */
interface GradientSource {

  /** Its settings, as they are given on the command line after those of the attack. */
  String settings();

  /** This source with models that gradients may be taken of instead; itself where it needs none. */
  default GradientSource withSurrogates(Surrogates surrogates) {
    return this;
  }

  /** Whether a model has gradients of its own that this source would change. */
  default boolean suits(Classifier model) {
    return true;
  }

  /**
   * What the attack sees.
   *
   * @throws io.foolproof.tensor.InvalidInputException when a model cannot be seen in this way
   */
  DifferentiableClassifier of(Classifier model);
}
