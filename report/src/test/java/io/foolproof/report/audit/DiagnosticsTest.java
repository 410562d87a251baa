package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import io.foolproof.audit.Randomness;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was found wrong stands beside the figure that it spoils, in every form of the report. */
class DiagnosticsTest {
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(40);

  private static final Diagnostic FIRED =
      new Diagnostic(
          "one-step-beats-many",
          "One step beats <many>",
          Diagnostic.State.FIRED,
          "9 against 2",
          "One gradient step fooled 9 of the probes, 80 steps 2.",
          List.of(new Diagnostic.Point(10, 0.5)));

  private static final Diagnostic QUIET =
      new Diagnostic(
          "quantised-answers",
          "Quantised logits",
          Diagnostic.State.QUIET,
          "0 of 40",
          "No.",
          List.of());

  private static AuditResult result(List<Diagnostic> diagnostics, @Nullable Randomness randomness) {
    AuditResult plain =
        ExampleAudits.result(
            "model.onnx", DIGITS, ThreatModel.untargeted(Norm.LINF, 0.1), samples(Verdict.FOOLED));
    return ExampleAudits.with(plain, plain.samples(), plain.attacks(), diagnostics, randomness);
  }

  private static List<SampleVerdict> samples(Verdict verdict) {
    List<SampleVerdict> samples = new ArrayList<>();
    for (int i = 0; i < DIGITS.size(); i++) {
      float[] image = DIGITS.pixels(i).clone();
      image[0] = 0.1f * (1 + i % 7);
      SampleVerdict fooled = ExampleAudits.fooled(DIGITS, i, "ddn", image, 1);
      samples.add(
          new SampleVerdict(
              fooled.index(),
              fooled.label(),
              fooled.prediction(),
              fooled.confidence(),
              verdict,
              fooled.witness()));
    }
    return samples;
  }

  @Test
  void aWarningStandsUnderTheFigureThatItSpoils() {
    String page = HtmlReport.render(result(List.of(QUIET, FIRED), null), ExampleAudits.CONTEXT);
    int figure = page.indexOf("Robust accuracy, at most");
    int warning = page.indexOf("Not to be taken at face value: <a href=\"#diagnostics\">1 warning");
    assertThat(warning).isBetween(figure, page.indexOf("Robust accuracy, at least"));
    assertThat(page).contains("One step beats &lt;many&gt;").doesNotContain("<many>");
    assertThat(page).contains("<svg class=\"spark\"");
    assertThat(page.indexOf("One step beats")).isLessThan(page.indexOf("Quantised logits"));
    assertThat(HtmlReport.render(result(List.of(QUIET), null), ExampleAudits.CONTEXT))
        .doesNotContain("face value", "<svg class=\"spark\"", "signs that the attacks");
  }

  @Test
  void theTerminalAndProgramsAreWarnedToo() {
    Randomness drawn = ExampleAudits.drawn(0.61, 0.58, 0.64);
    AuditResult result = result(List.of(QUIET, FIRED), drawn);
    assertThat(TerminalSummary.render(result, null, false))
        .contains(
            "Warning: One step beats <many> (9 against 2)\n",
            "Clean, mean of 101 draws      93.0 %   (95 % over draws 92.0 to 94.0 %)\n",
            "  over samples and draws               (95 % interval 85.0 to 97.0 %)\n",
            "Robust, mean of 101 draws     61.0 %   (95 % over draws 58.0 to 64.0 %)\n",
            "  over samples and draws               (95 % interval 48.0 to 74.0 %)\n",
            "The same in ONNX Runtime      60.0 %   (95 % over draws 57.0 to 63.0 %)\n")
        .contains("\nCorrect in most draws", "\n  and not fooled in most")
        .doesNotContain("draws by itself", "Clean accuracy", "Robust accuracy, at most")
        .contains("Fooled as 8-bit images too   100.0 %   of 40 adversarial images\n");
    JsonNode json = JsonMapper.shared().readTree(JsonReport.render(result, ExampleAudits.CONTEXT));
    assertThat(json.at("/summary/warnings").toString()).isEqualTo("[\"one-step-beats-many\"]");
    assertThat(json.at("/summary/survivesRounding").asDouble()).isEqualTo(1);
    assertThat(json.at("/diagnostics/1/series/0/fooled").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/diagnostics/0/state").asString()).isEqualTo("quiet");
    assertThat(json.at("/randomness/intervalOverDraws/low").asDouble()).isEqualTo(0.58);
    assertThat(json.at("/randomness/clean/mean").asDouble()).isEqualTo(0.93);
    assertThat(json.at("/randomness/clean/intervalOverDraws/high").asDouble()).isEqualTo(0.94);
    assertThat(json.at("/randomness/elsewhere/contradicted").asInt()).isEqualTo(3);
    assertThat(HtmlReport.render(result, ExampleAudits.CONTEXT))
        .contains("<p class=\"figure\">93.0 %</p>\n<p>mean of 101 draws")
        .contains("<p class=\"figure\">61.0 %</p>\n<p>mean of 101 draws")
        .contains("over samples and draws 48.0 to 74.0 %", "it contradicts 3 adversarial images");
  }

  /** What a gate lets pass is shown as that, and still shown. */
  @Test
  void aGateAndWhatItAllowsAreShown() {
    AuditResult result = result(List.of(QUIET, FIRED), null);
    Gate.Outcome failed = result.gate(0);
    Gate.Outcome passed = result.gate(0, FIRED.id());
    assertThat(HtmlReport.render(result, ExampleAudits.CONTEXT.withGate(failed)))
        .contains("<p>Gate failed: the robust accuracy of 0.0 % is probably too high: One step")
        .doesNotContain("allowed");
    assertThat(HtmlReport.render(result, ExampleAudits.CONTEXT.withGate(passed)))
        .contains("<p>Gate passed: a robust accuracy of at least 0.0 % is required.</p>")
        .contains("(9 against 2), allowed</li>", "<p class=\"state\">found, allowed</p>");
    assertThat(TerminalSummary.render(result, passed, false))
        .contains("Warning, allowed: One step beats <many> (9 against 2)\n");
    assertThat(TerminalSummary.render(result, failed, false)).contains("Warning: One step");
  }

  @Test
  void closestExamplesAreShownAtAnyDistance() {
    AuditResult plain = result(List.of(), null);
    AttackSummary ddn = plain.attacks().get(0);
    List<AttackSummary> attacks =
        List.of(
            new AttackSummary(
                "ddn",
                "ddn",
                40,
                4,
                0,
                0,
                ddn.robustAccuracy(),
                1,
                40,
                40,
                new AttackSummary.Closest(31, 0.4, 28),
                ""),
            new AttackSummary(
                "fmn",
                "fmn",
                40,
                4,
                0,
                0,
                ddn.robustAccuracy(),
                1,
                40,
                40,
                new AttackSummary.Closest(3, Double.POSITIVE_INFINITY, 12),
                ""));
    AuditResult closest =
        ExampleAudits.with(plain, samples(Verdict.UNKNOWN), attacks, List.of(), null);
    String page = HtmlReport.render(closest, ExampleAudits.CONTEXT);
    assertThat(page)
        .contains("Median distance", "none found", "The most fragile class is ")
        .contains("by the closest example of each, at any distance")
        .contains("<polyline class=\"class\"")
        .contains("all attacks minimised the change in L-inf");
    assertThat(TerminalSummary.render(closest, null, false))
        .contains("ddn                        31           0.4            28\n")
        .contains("fmn                         3    none found            12\n");
    JsonNode json = JsonMapper.shared().readTree(JsonReport.render(closest, ExampleAudits.CONTEXT));
    assertThat(json.at("/attacks/0/closest/medianDistance").asDouble()).isEqualTo(0.4);
    assertThat(json.at("/attacks/1/closest").has("medianDistance")).isFalse();
    assertThat(json.at("/classes/0/medianDistance").asDouble()).isPositive();
    assertThat(SamplesCsv.render(closest)).contains(",survives_rounding\r\n", "unknown,ddn,1,");
  }

  /** A long figure goes on in the next line, rather than off the edge of the terminal. */
  @Test
  void aWarningKeepsItsFigureOnATerminal() {
    String figure = "10: 35, 20: 44, 40: 46; 3 restarts of 20: 48";
    Diagnostic wide =
        new Diagnostic(
            "not-converged",
            "More steps or restarts still help",
            Diagnostic.State.FIRED,
            figure,
            "They do.",
            List.of());
    assertThat(TerminalSummary.render(result(List.of(wide), null), null, false))
        .contains(
            """
            Warning: More steps or restarts still help (10: 35, 20: 44, 40: 46; 3 restarts
              of 20: 48)
            """);
  }

  /** A class whose clean images are mostly misclassified is not fragile, but wrong. */
  @Test
  void theMostFragileClassIsNamedForWhatItIs() {
    AuditResult plain = result(List.of(), null);
    AttackSummary pgd = plain.attacks().get(1);
    AttackSummary ddn =
        new AttackSummary(
            "ddn",
            "ddn",
            40,
            0,
            0,
            0,
            pgd.robustAccuracy(),
            1,
            40,
            40,
            new AttackSummary.Closest(0, Double.POSITIVE_INFINITY, 0),
            "");
    List<SampleVerdict> unknown = new ArrayList<>();
    List<SampleVerdict> wrong = new ArrayList<>();
    for (int i = 0; i < DIGITS.size(); i++) {
      unknown.add(ExampleAudits.plain(DIGITS, i, Verdict.UNKNOWN));
      Verdict verdict = DIGITS.label(i) == 3 ? Verdict.MISCLASSIFIED : Verdict.UNKNOWN;
      wrong.add(ExampleAudits.plain(DIGITS, i, verdict));
    }
    AuditResult nothing = ExampleAudits.with(plain, unknown, List.of(ddn), List.of(), null);
    assertThat(HtmlReport.render(nothing, ExampleAudits.CONTEXT))
        .doesNotContain("most fragile", "none found is");
    AuditResult threes = ExampleAudits.with(plain, wrong, List.of(ddn), List.of(), null);
    assertThat(HtmlReport.render(threes, ExampleAudits.CONTEXT))
        .contains("Mostly misclassified without any attack: 3.")
        .doesNotContain("most fragile");
  }

  @Test
  void whatTheAttackerKnowsIsWhatTheAttacksUsed() {
    AuditResult plain = result(List.of(), null);
    AttackSummary pgd = plain.attacks().get(1);
    AttackSummary square =
        new AttackSummary(
            "square", "square", 40, 4, 0, 0, pgd.robustAccuracy(), 1, 40, 0, null, "");
    AuditResult scores =
        ExampleAudits.with(plain, plain.samples(), List.of(square), List.of(), null);
    assertThat(new ThreatWords(plain).facts().toString()).contains("white-box");
    assertThat(new ThreatWords(scores).facts().toString())
        .contains("black-box: the attacker sees the scores of all classes")
        .doesNotContain("white-box");
  }
}
