package io.foolproof.study.claim;

/** What figures say about a sentence. */
public enum Outcome {
  /** The figures bear it out. */
  HOLDS,
  /** They do, with a reservation that is said. */
  HOLDS_BUT,
  /** They contradict it. */
  DOES_NOT_HOLD,
  /** A figure that would decide it was not computed. */
  NOT_MEASURED
}
