package io.foolproof.attack;

/** What an attack has to know of the model. */
public enum Knowledge {
  /** Its gradients. */
  WHITE_BOX,
  /** The scores of all classes, for any image it asks about. */
  SCORES,
  /** The predicted class, for any image it asks about. */
  LABELS
}
