package io.foolproof.attack.search;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;

/**
 * What an attack is not done with when it is fooled: what just fools it is not what is wanted, be
 * it that another model is to be fooled, or another draw of this one, or that it is trained on what
 * is found. Attacks within epsilon go on to their last step, and end with the point that fools most
 * surely, as if it did not fool.
 */
public interface Unending extends DifferentiableClassifier {

  /** A model that is attacked for the sake of another, or in training. */
  static Unending of(DifferentiableClassifier model) {
    return new Plain(model);
  }

  /** See {@link #of}. */
  record Plain(DifferentiableClassifier model) implements ForwardingClassifier, Unending {}
}
