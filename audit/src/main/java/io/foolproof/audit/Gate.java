package io.foolproof.audit;

import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an audit must show for a pipeline to go on: a robust accuracy, and no sign that it is too
 * high. An attack that fails for another reason than robustness leaves a high figure, so that a
 * gate that looked at the figure alone would let the worst defenses pass.
 *
 * <p>Every sign that was found fails the gate, unless it is allowed: by someone who knows its
 * cause, and that the figure holds in spite of it. Four can never be allowed: {@code at-chance},
 * {@code never-predicted} and {@code moved-labels}, since no figure of such an audit means
 * anything, and {@code unfinished}, since it has none yet.
 *
 * @param failUnder the smallest robust accuracy that passes, a fraction
 * @param allowed ids of signs that are no reason to fail: {@link Diagnostic#id}
 */
public record Gate(double failUnder, Set<String> allowed) {

  /**
   * Checks both.
   *
   * @throws InvalidInputException when the accuracy is no fraction, or a sign is not known or
   *     cannot be allowed
   */
  public Gate {
    if (!(failUnder >= 0 && failUnder <= 1)) {
      throw new InvalidInputException(
          "the robust accuracy that the gate requires is "
              + failUnder
              + ": give a fraction from 0 to 1, such as 0.5");
    }
    allowed = Set.copyOf(allowed);
    new TreeSet<>(allowed).forEach(Sign::requireAllowable);
  }

  /**
   * A decision.
   *
   * @param gate what was required
   * @param reason why the gate failed, in words; empty where it passed
   * @param failedBy the signs that failed it, where its reason is that the figure is too high
   */
  public record Outcome(Gate gate, String reason, List<Diagnostic> failedBy) {

    /** Takes a copy of the list. */
    public Outcome {
      failedBy = List.copyOf(failedBy);
    }

    /** Whether the gate passed. */
    public boolean passed() {
      return reason.isEmpty();
    }

    /** Whether this sign was found, and would have failed the gate were it not allowed. */
    public boolean allows(Diagnostic sign) {
      return sign.state() == Diagnostic.State.FIRED && gate.allowed.contains(sign.id());
    }
  }

  /** Whether an audit passes. */
  public Outcome judge(AuditResult result) {
    Optional<Diagnostic> wrong = result.wrongSetUp();
    if (wrong.isPresent()) {
      return failed(
          named(wrong.get())
              + ", so the robust accuracy means nothing; check the range and normalisation of the"
              + " pixels, the channels and the labels");
    }
    if (!result.isFinished()) {
      return failed(
          "the query budget ended the audit before its attacks did, so that the robust accuracy is"
              + " not known");
    }
    double accuracy = result.headlineAccuracy();
    if (!(accuracy >= failUnder)) {
      return failed(
          "the robust accuracy is %s, below the required %s"
              .formatted(percent(accuracy), percent(failUnder)));
    }
    List<Diagnostic> signs =
        result.warnings().stream().filter(sign -> !allowed.contains(sign.id())).toList();
    if (signs.isEmpty()) {
      return new Outcome(this, "", signs);
    }
    return new Outcome(
        this,
        "the robust accuracy of %s is probably too high: %s"
            .formatted(
                percent(accuracy),
                signs.stream().map(Gate::named).collect(Collectors.joining(", "))),
        signs);
  }

  private Outcome failed(String reason) {
    return new Outcome(this, reason, List.of());
  }

  private static String named(Diagnostic sign) {
    return sign.title() + (sign.figure().isEmpty() ? "" : " (" + sign.figure() + ")");
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }
}
