package io.foolproof.audit.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each row of the table of docs/gate.md. */
class BaselineGateTest {
  private static final OptionalInt NO_SLACK = OptionalInt.empty();

  /** U: not fooled, F: fooled, E: an error; a letter a sample. */
  private static AuditResult audit(
      String model, String seed, String verdicts, Diagnostic... signs) {
    return auditOn("AVX2", model, seed, verdicts, signs);
  }

  private static AuditResult auditOn(
      String engine, String model, String seed, String verdicts, Diagnostic... signs) {
    int n = verdicts.length();
    ImageSet data =
        ImageSet.ofPixels(
            "grey", new ImageShape(1, 1, 1), new float[n], new int[n], List.of("a", "b"));
    List<SampleVerdict> samples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Verdict verdict =
          switch (verdicts.charAt(i)) {
            case 'U' -> Verdict.UNKNOWN;
            case 'F' -> Verdict.FOOLED;
            default -> Verdict.ERROR;
          };
      samples.add(new SampleVerdict(i, 0, 0, 0.9, verdict, null));
    }
    return new AuditResult(
        new AuditResult.Subject(
            new Origin(model, model, List.of()),
            InputSpec.unit(1, 1, 1),
            engine,
            Map.of("model", model, "seed", seed, "engine", engine)),
        ThreatModel.linf(0.1),
        0,
        data,
        samples,
        List.of(),
        List.of(),
        List.of(signs),
        null,
        "",
        null,
        null);
  }

  private static BaselineGate.Outcome judge(String before, OptionalInt slack, AuditResult now) {
    return new BaselineGate(Baseline.of(audit("old", "0", before)), slack, Set.of()).judge(now);
  }

  @Test
  void anotherSeedIsNotComparable() {
    assertThatThrownBy(() -> judge("UF", NO_SLACK, audit("old", "1", "UF")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'seed'");
  }

  @Test
  void ofTheSameModelOneNewlyFooledSampleFails() {
    assertThat(judge("UUF", NO_SLACK, audit("old", "0", "UUF")).passed()).isTrue();
    BaselineGate.Outcome worse = judge("UUF", NO_SLACK, audit("old", "0", "UFU"));
    assertThat(worse.passed()).isFalse();
    assertThat(worse.reason()).isEqualTo("1 newly fooled, of the same model: sample 1");
  }

  /** Developers and build servers have other processors: comparable, and said where it matters. */
  @Test
  void anotherProcessorIsComparableAndSaid() {
    AuditResult same = auditOn("AVX512", "old", "0", "UUF");
    assertThat(judge("UUF", NO_SLACK, same).passed()).isTrue();
    BaselineGate.Outcome worse = judge("UUF", NO_SLACK, auditOn("AVX512", "old", "0", "UFF"));
    assertThat(worse.comparison().isSameEngine()).isFalse();
    assertThat(worse.reason()).contains("computed by AVX2, this audit by AVX512");
  }

  /** 4 of 4 changes for the worse are p = 0.0625, 5 of 5 are 0.03125. */
  @Test
  void anotherModelFailsWhereItIsWorseByMoreThanChance() {
    assertThat(judge("UUUUUU", NO_SLACK, audit("new", "0", "FFFFUU")).passed()).isTrue();
    BaselineGate.Outcome worse = judge("UUUUUU", NO_SLACK, audit("new", "0", "FFFFFU"));
    assertThat(worse.passed()).isFalse();
    assertThat(worse.reason()).contains("5 newly fooled, 0 no longer fooled", "p = 0.0312");
  }

  @Test
  void slackIsANumberOfSamples() {
    AuditResult now = audit("new", "0", "FFFUUU");
    assertThat(judge("UUUUUU", OptionalInt.of(3), now).passed()).isTrue();
    assertThat(judge("UUUUUU", OptionalInt.of(2), now).reason()).contains("with a slack of 2");
    assertThatThrownBy(() -> judge("U", OptionalInt.of(-1), audit("new", "0", "U")))
        .hasMessageContaining("0 or more");
  }

  @Test
  void moreErrorsFail() {
    assertThat(judge("UEF", NO_SLACK, audit("new", "0", "UEF")).passed()).isTrue();
    assertThat(judge("UEF", NO_SLACK, audit("new", "0", "UEE")).reason())
        .isEqualTo("2 samples gave NaN or infinite outputs, 1 in the baseline");
  }

  @Test
  void aSignFailsUnlessItIsAllowed() {
    Diagnostic sign =
        new Diagnostic(
            "quantised-answers", "Quantised logits", Diagnostic.State.FIRED, "", "", List.of());
    AuditResult now = audit("new", "0", "UU", sign);
    assertThat(judge("UU", NO_SLACK, now).signs().failedBy()).containsExactly(sign);
    Baseline before = Baseline.of(audit("old", "0", "UU"));
    assertThat(new BaselineGate(before, NO_SLACK, Set.of("quantised-answers")).judge(now).passed())
        .isTrue();
    assertThatThrownBy(() -> new BaselineGate(before, NO_SLACK, Set.of("unfinished")))
        .isInstanceOf(InvalidInputException.class);
  }

  /** That it is worse is said, whatever the signs say about both figures. */
  @Test
  void aSignDoesNotHideThatItIsWorse() {
    Diagnostic sign =
        new Diagnostic(
            "quantised-answers", "Quantised logits", Diagnostic.State.FIRED, "", "", List.of());
    BaselineGate.Outcome both = judge("UUUUUU", NO_SLACK, audit("new", "0", "FFFFFU", sign));
    assertThat(both.passed()).isFalse();
    assertThat(both.reason()).contains("5 newly fooled", "; and the robust accuracy of");
    assertThat(both.signs().failedBy()).containsExactly(sign);
  }

  @Test
  void whatIsBetterPassesAndSaysSo() {
    BaselineGate.Outcome better = judge("UFF", NO_SLACK, audit("new", "0", "UUF"));
    assertThat(better.passed()).isTrue();
    assertThat(better.isBetter()).isTrue();
    assertThat(judge("UFF", NO_SLACK, audit("new", "0", "UFF")).isBetter()).isFalse();
  }
}
