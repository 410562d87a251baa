package io.foolproof.audit;

import java.util.Locale;

/** The signs that a {@link Diagnosis} looks for, in the order in which a report shows them. */
enum Sign {
  AT_CHANCE("Clean accuracy no better than chance"),
  NEVER_PREDICTED("Classes that are never predicted"),
  UNFINISHED("The audit was not finished"),
  BLACK_BOX_BEATS_WHITE_BOX("Black-box beats white-box"),
  TRANSFER_BEATS_WHITE_BOX("Transfer beats white-box"),
  NOT_CONVERGED("More steps or restarts still help"),
  UNBOUNDED_SURVIVORS("Not fooled even with an unbounded epsilon"),
  NOISE_AS_GOOD("Noise as good as gradients"),
  ONE_STEP_BEATS_MANY("One step beats many"),
  LEFT_TOO_MANY("Short attacks fool what the audit's did not"),
  VANISHING_GRADIENTS("Zero or NaN gradients"),
  SATURATED_LOSS("Logits so large that the loss saturates"),
  DIFFERING_ANSWERS("Different logits for the same image"),
  QUANTISED_ANSWERS("Quantised logits");

  private final String title;

  Sign(String title) {
    this.title = title;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  Diagnostic of(boolean fired, String figure, String sentence) {
    return Diagnostic.of(id(), title, fired, figure, sentence);
  }

  Diagnostic notMeasured(String why) {
    return Diagnostic.notMeasured(id(), title, why);
  }
}
