package io.foolproof.testing;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import io.foolproof.audit.baseline.Baseline;
import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.audit.baseline.BaselineGate;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what an audit found.
 *
 * <pre>{@code
 * assertThat(result).leavesAtLeast(0.6).hasNoWarnings().isNoWorseThan(Path.of("baseline.json"));
 * }</pre>
 *
 * <p>What attacks leave is no proof of robustness, and no assertion here says it is.
 */
public final class AuditAssert extends AbstractAssert<AuditAssert, AuditResult> {

  private AuditAssert(@Nullable AuditResult actual) {
    super(actual, AuditAssert.class);
  }

  /** Begins. */
  public static AuditAssert assertThat(@Nullable AuditResult actual) {
    return new AuditAssert(actual);
  }

  /**
   * That attacks leave at least this fraction of all samples correctly classified, that the audit
   * was finished, and that model and images fit each other. Signs that the figure is too high are
   * {@link #hasNoWarnings}.
   *
   * @param fraction from 0 to 1
   */
  public AuditAssert leavesAtLeast(double fraction) {
    isNotNull();
    Set<String> signs =
        actual.warnings().stream()
            .map(Diagnostic::id)
            .filter(AuditAssert::isAllowable)
            .collect(Collectors.toSet());
    Gate.Outcome outcome = new Gate(fraction, signs).judge(actual);
    if (!outcome.passed()) {
      failWithMessage("%s%nAttacks left %s.", outcome.reason(), actual.robustAccuracy());
    }
    return this;
  }

  private static boolean isAllowable(String sign) {
    try {
      return new Gate(0, Set.of(sign)).allowed().contains(sign);
    } catch (InvalidInputException e) {
      // One of those that no gate may pass.
      return false;
    }
  }

  /** That no sign says that the figure is too high. */
  public AuditAssert hasNoWarnings() {
    return hasNoWarningsBut();
  }

  /**
   * That no sign says that the figure is too high, but those whose cause is known to be harmless.
   *
   * @param allowed ids of signs, such as {@code saturated-loss}
   */
  public AuditAssert hasNoWarningsBut(String... allowed) {
    isNotNull();
    List<Diagnostic> signs =
        actual.warnings().stream().filter(sign -> !Set.of(allowed).contains(sign.id())).toList();
    if (!signs.isEmpty()) {
      failWithMessage(
          "Expected no sign that the robust accuracy is too high, but found:%n%s",
          signs.stream()
              .map(sign -> "- " + sign.id() + ": " + sign.sentence())
              .collect(Collectors.joining("\n")));
    }
    return this;
  }

  /**
   * That certificates, each of them checked, prove at least this fraction of all samples.
   *
   * @param fraction from 0 to 1
   */
  public AuditAssert provesAtLeast(double fraction) {
    isNotNull();
    Proportion proved = actual.count(Verdict.PROVED);
    if (proved.value() < fraction) {
      failWithMessage(
          "Expected proofs for at least %s of all samples, but found %s",
          String.format(Locale.ROOT, "%.1f %%", 100 * fraction), proved);
    }
    return this;
  }

  /**
   * That it is no worse than an earlier audit with the same settings: {@link BaselineGate}, but
   * that signs are {@link #hasNoWarnings}.
   *
   * @throws InvalidInputException where the two cannot be compared
   */
  public AuditAssert isNoWorseThan(Baseline before) {
    isNotNull();
    Set<String> signs =
        actual.warnings().stream()
            .map(Diagnostic::id)
            .filter(AuditAssert::isAllowable)
            .collect(Collectors.toSet());
    BaselineGate.Outcome outcome =
        new BaselineGate(before, OptionalInt.empty(), signs).judge(actual);
    if (!outcome.passed()) {
      failWithMessage("%s", outcome.reason());
    }
    return this;
  }

  /**
   * As {@link #isNoWorseThan(Baseline)}, of a file that {@code foolproof audit --baseline FILE
   * --freeze} wrote.
   */
  public AuditAssert isNoWorseThan(Path baseline) {
    return isNoWorseThan(BaselineFile.read(baseline));
  }
}
