package io.foolproof.attack.transfer;

import io.foolproof.attack.Surrogates;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;

/** How a model looks to an attack that goes around what hides its gradient. */
interface ModelView {

  /** Its settings, as they are given on the command line after those of the attack. */
  String settings();

  /** How often the model is evaluated when the attack evaluates what it sees once. */
  int evaluations();

  /** This view with models that gradients may be taken of instead; itself where it needs none. */
  default ModelView withSurrogates(Surrogates surrogates) {
    return this;
  }

  /**
   * What the attack sees.
   *
   * @throws io.foolproof.tensor.InvalidInputException when a model cannot be seen in this way
   */
  DifferentiableClassifier of(Classifier model);
}
