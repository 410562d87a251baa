package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GateTest {
  private static final Set<Sign> NEVER_ALLOWED =
      EnumSet.of(
          Sign.AT_CHANCE,
          Sign.NEVER_PREDICTED,
          Sign.MOVED_LABELS,
          Sign.UNFINISHED,
          Sign.PROOF_CONTRADICTED);

  /** An audit that leaves six of ten samples, with these signs among its diagnostics. */
  private static AuditResult audit(Sign... fired) {
    ImageSet data =
        ImageSet.ofPixels(
            "grey", new ImageShape(1, 1, 1), new float[10], new int[10], List.of("a", "b"));
    List<SampleVerdict> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Verdict verdict = i < 6 ? Verdict.UNKNOWN : Verdict.FOOLED;
      samples.add(new SampleVerdict(i, 0, 0, 0.9, verdict, null));
    }
    List<Diagnostic> diagnostics =
        new ArrayList<>(Arrays.stream(fired).map(s -> s.of(true, "3 of 60", "It is so.")).toList());
    diagnostics.add(Sign.QUANTISED_ANSWERS.of(false, "0 of 60", "It is not."));
    return new AuditResult(
        new AuditResult.Subject(
            new Origin("model", "0", List.of()), InputSpec.unit(1, 1, 1), "none", Map.of()),
        ThreatModel.linf(0.1),
        0,
        data,
        samples,
        List.of(),
        List.of(),
        diagnostics,
        null,
        "",
        null,
        null);
  }

  @Test
  void aGateLooksAtTheRobustAccuracy() {
    assertThat(audit().gate(0.6).passed()).isTrue();
    Gate.Outcome low = audit().gate(0.61);
    assertThat(low.passed()).isFalse();
    assertThat(low.reason()).isEqualTo("the robust accuracy is 60.0 %, below the required 61.0 %");
    assertThat(low.failedBy()).isEmpty();
  }

  /** A high figure whose attacks failed for another reason is what a gate is there to stop. */
  @ParameterizedTest
  @EnumSource
  void everySignFailsAGate(Sign sign) {
    Gate.Outcome outcome = audit(sign).gate(0);
    assertThat(outcome.passed()).isFalse();
    if (sign == Sign.UNFINISHED) {
      assertThat(outcome.reason()).contains("the query budget ended the audit");
    } else {
      assertThat(outcome.reason()).contains(sign.title() + " (3 of 60)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAllowedPassesExceptWhereNoFigureMeansAnything(Sign sign) {
    if (NEVER_ALLOWED.contains(sign)) {
      assertThatThrownBy(() -> audit(sign).gate(0, sign.id()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("'" + sign.id() + "' cannot be allowed");
      return;
    }
    AuditResult result = audit(sign);
    Gate.Outcome outcome = result.gate(0.5, sign.id());
    assertThat(outcome.passed()).isTrue();
    assertThat(outcome.allows(result.warnings().get(0))).isTrue();
    // The figure itself is required all the same.
    assertThat(result.gate(0.7, sign.id()).passed()).isFalse();
  }

  @Test
  void onlyTheSignsThatAreNotAllowedFailAGate() {
    AuditResult result = audit(Sign.SATURATED_LOSS, Sign.VANISHING_GRADIENTS);
    Gate.Outcome outcome = result.gate(0.5, "saturated-loss", "quantised-answers");
    assertThat(outcome.failedBy())
        .extracting(Diagnostic::id)
        .containsExactly("vanishing-gradients");
    assertThat(outcome.reason())
        .isEqualTo(
            "the robust accuracy of 60.0 % is probably too high: Zero or NaN gradients (3 of 60)");
    // What was looked for and not found is not called allowed.
    assertThat(result.diagnostics()).filteredOn(outcome::allows).hasSize(1);
  }

  @Test
  void gatesThatMeanNothingAreRefused() {
    assertThatThrownBy(() -> new Gate(1.5, Set.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1.5: give a fraction from 0 to 1");
    assertThatThrownBy(() -> new Gate(Double.NaN, Set.of()))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new Gate(0.5, Set.of("saturated-los")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no sign 'saturated-los' to allow; did you mean 'saturated-loss'?")
        .hasMessageContaining("vanishing-gradients");
  }
}
