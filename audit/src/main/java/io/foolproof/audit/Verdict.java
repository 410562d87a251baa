package io.foolproof.audit;

/** What is known of one sample once the audit is over. */
public enum Verdict {
  /** The model is wrong on the clean image. */
  MISCLASSIFIED,
  /** An adversarial example was found, and held when it was replayed alone. */
  FOOLED,
  /** There is no adversarial example, and a certificate of that was checked. */
  PROVED,
  /** No attack succeeded, which proves nothing. */
  UNKNOWN,
  /** The model answered with something that is not a number, and no attack succeeded. */
  ERROR
}
