package io.foolproof.audit.proof;

import io.foolproof.certify.Outcome;
import io.foolproof.checker.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * How a property was decided.
 *
 * @param answer whether it can be violated
 * @param detail in one line
 * @param verdict of the checker; null where there is no proof
 * @param violated a witness; null where there is none
 * @param seconds that it took, its check included
 * @param checking seconds that its check took
 */
public record Decision(
    Answer answer,
    String detail,
    @Nullable Verdict verdict,
    Outcome.@Nullable Violated violated,
    double seconds,
    double checking) {

  /** In the words of the competitions. */
  public enum Answer {
    /** A witness violates the property. */
    SAT,
    /** Nothing can violate it: the certificate was checked. */
    UNSAT,
    /** Neither was found. */
    UNKNOWN
  }
}
