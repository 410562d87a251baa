package io.foolproof.study.claim;

import java.util.Locale;

/**
 * What a rule says.
 *
 * @param found the numbers that decided, in a sentence
 */
record Decided(Outcome outcome, String found) {

  /** Whether it holds, and the numbers. */
  static Decided of(boolean holds, String format, Object... numbers) {
    return of(holds ? Outcome.HOLDS : Outcome.DOES_NOT_HOLD, format, numbers);
  }

  /** The outcome, and the numbers as {@link String#format} writes them everywhere alike. */
  static Decided of(Outcome outcome, String format, Object... numbers) {
    return new Decided(outcome, String.format(Locale.ROOT, format, numbers));
  }

  /** Holds, holds with a reservation, or does not hold. */
  static Outcome outcome(boolean holds, boolean holdsBut) {
    return holds ? Outcome.HOLDS : holdsBut ? Outcome.HOLDS_BUT : Outcome.DOES_NOT_HOLD;
  }
}
