package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a report says in words and figures. */
class WordsTest {
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(40);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LINF | 0.3 | may change every pixel by up to 0.3 (76.5/255) | 0.3 (76.5/255)",
        "LINF | 0.03137254901960784 | may change every pixel by up to 0.03137 (8/255)"
            + "| 0.03137 (8/255)",
        "L2 | 2 | may move an image by a Euclidean distance of up to 2"
            + "| 2, enough to turn 4 values from black to white",
        "L2 | 0.5 | may move an image by a Euclidean distance of up to 0.5"
            + "| 0.5, less than it takes to turn one value from black to white",
        "L1 | 1 | may change an image's pixels by up to 1 in all"
            + "| 1, enough to turn 1 value from black to white",
        "L1 | 0 | may change nothing | 0",
        "FLOW | 3 | may move every pixel by up to 3 pixels | 3 pixels",
        "FLOW | 1 | may move every pixel by up to 1 pixel | 1 pixel",
        "FLOW | 0 | may change nothing | 0 pixels",
      })
  void threatIsPutInWords(String id, double epsilon, String allowance, String fact) {
    ThreatModel threat = ThreatModel.of(id, epsilon, new Goal.Untargeted(), 0);
    ThreatWords words = new ThreatWords(ExampleAudits.mostlyFooled("m", DIGITS, threat));
    assertThat(words.allowance()).isEqualTo(allowance);
    assertThat(words.facts()).contains(new Fact("Epsilon", fact));
  }

  @Test
  void headlineOfATargetedAttackNamesTheTarget() {
    ThreatModel threat = new NormBounded(Norm.L2, 1, new Goal.Targeted(3));
    AuditResult result = ExampleAudits.mostlyFooled("m", DIGITS, threat);
    assertThat(Headline.of(result)).contains("fools m into class 3 on 38 of the 40 images");
    assertThat(new ThreatWords(result).facts())
        .contains(new Fact("Goal", "class 3 and no other"))
        .anyMatch(fact -> fact.value().contains("classified as the target class"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MISCLASSIFIED | ERROR | m.onnx classifies none of the 2 images correctly: there was"
            + " nothing to attack.",
        "PROVED | MISCLASSIFIED | No attacker who may change every pixel by up to 0.3 (76.5/255)"
            + " can fool m.onnx on the only image that it classifies correctly: that is proved.",
        "PROVED | UNKNOWN | None of the 2 attacks that were tried fooled m.onnx on any of the 2"
            + " images that it classifies correctly; of these, 1 proved and 1 unknown.",
        "UNKNOWN | UNKNOWN | None of the 2 attacks that were tried fooled m.onnx on any of the 2"
            + " images that it classifies correctly, which proves nothing about other attacks.",
      })
  void headlineClaimsNoMoreThanWasFound(Verdict first, Verdict second, String headline) {
    AuditResult result =
        ExampleAudits.result(
            "m.onnx",
            DIGITS.range(0, 2),
            ExampleAudits.LINF,
            ExampleAudits.of(DIGITS.range(0, 2), ExampleAudits.LINF, first, second).samples());
    assertThat(Headline.of(result)).isEqualTo(headline);
  }

  /** An audit that had no room is not one whose attacks were too weak. */
  @Test
  void headlineSaysWhyAFigureIsTooHigh() {
    AuditResult one =
        ExampleAudits.mostlyFooled(
            "m", DIGITS, new NormBounded(Norm.LINF, 0.3, new Goal.Untargeted(), 4));
    String levels = "may change every pixel by up to 0.3 (76.5/255) among 4 levels fools m";
    String weak = "There are signs that the attacks should have found more.";
    String room = "Next to nothing may change within epsilon.";
    assertThat(Headline.of(one)).contains(levels).doesNotContain(weak, room);
    assertThat(Headline.of(warned(one, "nothing-may-change"))).endsWith(room);
    assertThat(Headline.of(warned(one, "left-too-many"))).endsWith(weak).doesNotContain(room);
    assertThat(Headline.of(warned(one, "nothing-may-change", "few-queries")))
        .endsWith(room + " " + weak);
    assertThat(new ThreatWords(one).brief()).isEqualTo("L-inf 0.3 (76.5/255), 4 levels");
  }

  private static AuditResult warned(AuditResult one, String... signs) {
    List<Diagnostic> fired =
        Arrays.stream(signs)
            .map(id -> new Diagnostic(id, id, Diagnostic.State.FIRED, "", "", List.of()))
            .toList();
    return ExampleAudits.with(one, one.samples(), one.attacks(), fired, null);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 20000, 0.0 %",
    "1, 20000, < 0.1 %",
    "1, 2000, 0.1 %",
    "19999, 20000, > 99.9 %",
    "20000, 20000, 100.0 %",
    "953, 1000, 95.3 %"
  })
  void shareIsNothingOrAllOnlyWhereItIs(int count, int total, String text) {
    assertThat(Numbers.percent(new Proportion(count, total))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.30000001192092896, 0.3",
    "0.031372549, 0.03137",
    "784, 784",
    "123456, 123500",
    "0, 0",
    "Infinity, Infinity"
  })
  void decimalsAreShort(double value, String text) {
    assertThat(Numbers.decimal(value)).isEqualTo(text);
  }
}
