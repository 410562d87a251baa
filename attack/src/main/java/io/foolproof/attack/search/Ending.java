package io.foolproof.attack.search;

import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;

/**
 * What a minimal-norm attack is done with once it is fooled within epsilon, as in an audit at one
 * epsilon: without it, the attack goes on to the closest adversarial example that it finds. The
 * opposite of {@link Unending}.
 */
public sealed interface Ending extends ForwardingClassifier {

  /** A model that is done with, with gradients where it has any. */
  static Classifier of(Classifier model) {
    return model instanceof DifferentiableClassifier differentiable
        ? new WithGradients(differentiable)
        : new WithoutGradients(model);
  }

  /** See {@link #of}. */
  record WithGradients(DifferentiableClassifier model)
      implements Ending, DifferentiableClassifier {}

  /** See {@link #of}. */
  record WithoutGradients(Classifier model) implements Ending {}
}
