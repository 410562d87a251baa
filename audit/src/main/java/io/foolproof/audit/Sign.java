package io.foolproof.audit;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The signs that a {@link Diagnosis} looks for, in the order in which a report shows them. */
enum Sign {
  AT_CHANCE("Clean accuracy no better than chance"),
  NEVER_PREDICTED("Classes that are never predicted"),
  MOVED_LABELS("Labels in another order than the model's classes"),
  OTHER_CLASSES("Another number of classes than the model has outputs"),
  UNFINISHED("The audit was not finished"),
  NOTHING_MAY_CHANGE("Next to nothing may change within epsilon"),
  FEW_QUERIES("Too few queries for an attack without gradients"),
  BLACK_BOX_BEATS_WHITE_BOX("Black-box beats white-box"),
  TRANSFER_BEATS_WHITE_BOX("Transfer beats white-box"),
  NOT_CONVERGED("More steps or restarts still help"),
  UNBOUNDED_SURVIVORS("Not fooled even with an unbounded epsilon"),
  NOISE_AS_GOOD("Noise as good as gradients"),
  ONE_STEP_BEATS_MANY("One step beats many"),
  LEFT_TOO_MANY("Short attacks fool what the audit's did not"),
  VANISHING_GRADIENTS("Zero or NaN gradients"),
  BACKWARD_GRADIENTS("Gradients that point backwards"),
  SATURATED_LOSS("Logits so large that the loss saturates"),
  DIFFERING_ANSWERS("Different logits for the same sample"),
  QUANTISED_ANSWERS("Quantised logits"),
  DIFFERING_RUNTIMES("Other logits in another runtime"),
  MIXED_BATCHES("Logits that depend on the rest of a batch"),
  NOT_REPLAYED("Successes that do not hold when replayed"),
  PROOF_CONTRADICTED("Fooled though proved");

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

  /** Those with which the figures of an audit mean nothing, or are not there yet. */
  private static final Set<Sign> NEVER_ALLOWED =
      EnumSet.of(AT_CHANCE, NEVER_PREDICTED, MOVED_LABELS, UNFINISHED, PROOF_CONTRADICTED);

  /** Signs that question the audit itself, and not only whether its attacks were strong enough. */
  private static final Set<Sign> ABOUT_MORE_THAN_ATTACKS =
      EnumSet.of(
          AT_CHANCE,
          NEVER_PREDICTED,
          MOVED_LABELS,
          OTHER_CLASSES,
          UNFINISHED,
          DIFFERING_RUNTIMES,
          MIXED_BATCHES,
          NOT_REPLAYED,
          PROOF_CONTRADICTED);

  /** Whether a sign questions the audit itself, and not only the strength of its attacks. */
  static boolean isAboutMoreThanAttacks(String id) {
    return ABOUT_MORE_THAN_ATTACKS.stream().anyMatch(sign -> sign.id().equals(id));
  }

  /**
   * Checks that an audit with this sign may pass a gate where someone allows it.
   *
   * @throws InvalidInputException when there is no such sign, or it can never be allowed
   */
  static void requireAllowable(String id) {
    List<String> allowable =
        EnumSet.complementOf(EnumSet.copyOf(NEVER_ALLOWED)).stream().map(Sign::id).toList();
    if (allowable.contains(id)) {
      return;
    }
    if (NEVER_ALLOWED.stream().anyMatch(sign -> sign.id().equals(id))) {
      throw new InvalidInputException(
          "the sign '"
              + id
              + "' cannot be allowed: with it, the figures of an audit mean nothing or are not"
              + " complete");
    }
    throw new InvalidInputException(
        "there is no sign '"
            + id
            + "' to allow"
            + Suggestion.of(id, allowable)
            + "; the signs are "
            + String.join(", ", allowable));
  }

  Diagnostic of(boolean fired, String figure, String sentence) {
    return Diagnostic.of(id(), title, fired, figure, sentence);
  }

  Diagnostic notMeasured(String why) {
    return Diagnostic.notMeasured(id(), title, why);
  }
}
