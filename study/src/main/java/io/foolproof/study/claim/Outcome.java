package io.foolproof.study.claim;

import java.util.Locale;

/** What figures say about a sentence. */
public enum Outcome {
  /** The figures bear it out. */
  HOLDS,
  /** They do, with a reservation that is said. */
  HOLDS_BUT,
  /** They contradict it. */
  DOES_NOT_HOLD,
  /** A figure that would decide it was not computed. */
  NOT_MEASURED;

  /** For people, such as {@code holds but}. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
