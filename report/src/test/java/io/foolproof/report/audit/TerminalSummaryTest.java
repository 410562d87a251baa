package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalSummaryTest {
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(40);

  @Test
  void tellsWhatWasFound() {
    String text = TerminalSummary.render(example("lenet5.onnx"), null, false);
    assertThat(text)
        .contains(
            "lenet5.onnx on " + DIGITS.name() + "\n",
            "L-inf 0.3 (76.5/255), goal: any wrong class, 40 images, seed 7\n",
            "\npgd                        40       38     5.0 %      73.3      8200       8000\n",
            "\nSettings\npgd:steps=40:step=0.1:restarts=5\n",
            "2 of its successes did not hold when replayed alone",
            "fooled                38    95.0 %  ######################################\n",
            "Robust accuracy, at most       5.0 %   (95 % over samples 1.4 to 16.5 %)\n",
            "Robust accuracy, at least   nothing proved yet\n");
  }

  @Test
  void noLineIsLongerThanATerminalHoweverLongTheNamesAndLargeTheCounts() {
    AuditResult few = example("x".repeat(200));
    Proportion all = new Proportion(40, 40);
    AttackSummary huge =
        new AttackSummary(
            "y".repeat(90),
            "y".repeat(90),
            9_999_999,
            999_999,
            99,
            0,
            all,
            1_234_567,
            Long.MAX_VALUE / 1_000_000,
            123_456_789_012L,
            null,
            "");
    AuditResult many =
        new AuditResult(
            few.subject(),
            few.threat(),
            Long.MIN_VALUE,
            DIGITS,
            few.samples(),
            List.of(huge),
            List.of(),
            List.of(),
            null,
            "",
            null,
            null);
    assertThat(TerminalSummary.render(many, null, false).lines())
        .allMatch(line -> line.length() <= 80)
        .anyMatch(line -> line.startsWith("xxx") && line.endsWith("..."));
  }

  @Test
  void colourAddsNothingButColour() {
    AuditResult result = example("lenet5.onnx");
    String plain = TerminalSummary.render(result, null, false);
    String coloured = TerminalSummary.render(result, null, true);
    assertThat(plain).doesNotContain("\u001b");
    assertThat(coloured).contains("\u001b[31mfooled");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(plain);
  }

  @Test
  void nameCannotMoveTheCursor() {
    assertThat(TerminalSummary.render(example("evil\u001b[2J\n\u009bmodel"), null, false))
        .startsWith("evil\\u001b[2J\\u000a\\u009bmodel on ");
  }

  @Test
  void settingsOfAnyLengthLeaveTheTableAsItIs() {
    AuditResult one = example("lenet5.onnx");
    AttackSummary pgd = one.attacks().get(1);
    String settings = "pgd:" + "steps=40:".repeat(20) + "step=0.1";
    String text = TerminalSummary.render(withAttacks(one, pgd, named(pgd, settings)), null, false);
    List<String> rows = text.lines().filter(line -> line.startsWith("pgd (")).toList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(1)).isEqualTo(rows.get(0).replace("(1)", "(2)"));
    assertThat(text.replaceAll("\n *", "")).contains(settings);
    assertThat(text.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void whatDiffersFromTheSettingsStandsBesideThem() {
    AuditResult one = example("lenet5.onnx");
    AttackSummary noted = named(one.attacks().get(1), "pgd:loss=dlr", "no denominator");
    AuditResult result = withAttacks(one, noted);
    assertThat(TerminalSummary.render(result, null, false))
        .contains("pgd:loss=dlr (no denominator)\n");
  }

  @Test
  void minimalDistancesAreShown() {
    AuditResult one = example("lenet5.onnx");
    AttackSummary pgd = one.attacks().get(1);
    AttackSummary.Closest closest = new AttackSummary.Closest(38, 0.3, 37);
    AttackSummary ddn =
        new AttackSummary("ddn", "ddn", 39, 38, 0, 0, pgd.robustAccuracy(), 1, 2, 3, closest, "");
    String text = TerminalSummary.render(withAttacks(one, ddn), null, false);
    assertThat(text)
        .contains(
            "Minimal distances       Found        Median   Closest for\n",
            "ddn                        38           0.3            37\n")
        .containsPattern(
            "\nMedian minimal distance +0\\.\\d+ +of all; misclassified ones count as 0\n");
    assertThat(TerminalSummary.render(one, null, false)).doesNotContain("inimal distance");
  }

  @Test
  void theWholeWarningIsShownWithItsFigure() {
    AuditResult one = example("lenet5.onnx");
    String figure = "10: 3, 20: 4, 40: 12; 3 restarts of 20: 14; and a figure of two more lines";
    Diagnostic warning =
        new Diagnostic(
            "long", "A title of many words", Diagnostic.State.FIRED, figure, "", List.of());
    AuditResult warned =
        ExampleAudits.with(one, one.samples(), one.attacks(), List.of(warning), null);
    String text = TerminalSummary.render(warned, null, false);
    assertThat(text.replaceAll("\n +", " "))
        .contains("\nWarning: A title of many words (" + figure + ")\n");
    assertThat(text.lines()).allMatch(line -> line.length() <= 80);
  }

  private static AttackSummary named(AttackSummary attack, String settings) {
    return named(attack, settings, "");
  }

  private static AttackSummary named(AttackSummary attack, String settings, String note) {
    return new AttackSummary(
        attack.name(),
        settings,
        attack.tried(),
        attack.fooled(),
        attack.notReplayed(),
        attack.errors(),
        attack.robustAccuracy(),
        attack.seconds(),
        attack.forwards(),
        attack.backwards(),
        attack.closest(),
        note);
  }

  private static AuditResult withAttacks(AuditResult result, AttackSummary... attacks) {
    return new AuditResult(
        result.subject(),
        result.threat(),
        result.seed(),
        result.data(),
        result.samples(),
        List.of(attacks),
        result.curve(),
        result.diagnostics(),
        result.randomness(),
        result.replayedBy(),
        null,
        null);
  }

  @Test
  void whatIsProvedIsTheLowerEnd() {
    AuditResult result =
        ExampleAudits.of(DIGITS.range(0, 2), ExampleAudits.LINF, Verdict.PROVED, Verdict.ERROR);
    assertThat(TerminalSummary.render(result, null, false))
        .contains("Robust accuracy, at least     50.0 %");
  }

  private static AuditResult example(String model) {
    return ExampleAudits.mostlyFooled(model, DIGITS, ExampleAudits.LINF);
  }
}
