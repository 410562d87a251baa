package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.report.ReportContext;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(60);

  @Test
  void nothingThatAFileOrAClassIsCalledIsMarkup() {
    ImageSet data =
        ImageSet.ofPixels(
            "data " + EVIL,
            new ImageShape(3, 2, 2),
            new float[4 * 12],
            new int[] {0, 1, 0, 1},
            List.of("first " + EVIL, "second " + EVIL));
    AuditResult result = ExampleAudits.mostlyFooled("model " + EVIL, data, ExampleAudits.LINF);
    ReportContext context =
        new ReportContext(EVIL, EVIL, EVIL, Instant.parse("2026-01-01T00:00:00Z"), EVIL, null);
    String html = HtmlReport.render(result, context);
    assertThat(html)
        .contains(escaped("model "), escaped("data "), escaped("first "), escaped("second "))
        .doesNotContain("<script")
        .doesNotContain("<img src=x");
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    String html = page(ExampleAudits.mostlyFooled("model.onnx", DIGITS, ExampleAudits.LINF));
    assertThat(html).contains("default-src 'none'").doesNotContain("@import", "url(h", "<link");
    List<String> sources =
        Pattern.compile("src=\"(.{10})")
            .matcher(html)
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertThat(sources).hasSize(3 * WallCard.MOST).allMatch("data:image"::equals);
    List<String> links =
        Pattern.compile("href=\"([^#\"]*)\"")
            .matcher(html)
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertThat(links).containsExactly("report.json", "samples.csv");
  }

  @Test
  void accuracyIsAnIntervalWithBothItsEnds() {
    String nothingProved =
        page(ExampleAudits.mostlyFooled("model.onnx", DIGITS, ExampleAudits.LINF));
    // Of 60: 1 misclassified, 3 unknown, 56 fooled.
    assertThat(nothingProved)
        .contains("fools model.onnx on 56 of the 59 images that it classifies correctly.")
        .contains("5.0 %", "1.7 to 13.7 %", "98.3 %", "nothing proved yet");
    String oneProved = page(example(Verdict.PROVED, Verdict.UNKNOWN));
    assertThat(oneProved).contains("1 proved by certificates").doesNotContain("nothing proved yet");
  }

  @Test
  void noAttackThatSucceededIsNeverCalledRobust() {
    String html = page(example(Verdict.UNKNOWN, Verdict.UNKNOWN));
    assertThat(html)
        .contains("which proves nothing about other attacks", "no image was fooled")
        .doesNotContain("is robust", "are robust");
  }

  @Test
  void auditWithoutAttacksAndCurveIsStillAPage() {
    AuditResult full = example(Verdict.UNKNOWN, Verdict.ERROR);
    AuditResult bare =
        new AuditResult(
            full.subject(),
            ThreatModel.untargeted(Norm.L1, 0),
            0,
            full.data(),
            full.samples(),
            List.of(),
            List.of(),
            List.of(),
            null,
            "",
            null,
            null);
    assertThat(page(bare))
        .contains("No attack was run", "1 sample on which the model's output")
        .doesNotContain("Accuracy against epsilon")
        .endsWith("</html>\n");
  }

  @Test
  void manyClassesDoNotMakeManyRows() {
    int classes = 100;
    ImageSet data =
        ImageSet.ofPixels(
            "many",
            new ImageShape(1, 1, 1),
            new float[classes],
            IntStream.range(0, classes).toArray(),
            IntStream.range(0, classes).mapToObj(i -> "kind " + i).toList());
    String html = page(ExampleAudits.mostlyFooled("model.onnx", data, ExampleAudits.LINF));
    assertThat(html).contains("60 classes with a higher robust accuracy are in report.json only");
    assertThat(Pattern.compile("<td class=\"name\">").matcher(html).results())
        .hasSize(HtmlReport.MOST_CLASSES);
  }

  private static String escaped(String prefix) {
    return prefix + EVIL.replace("<", "&lt;").replace(">", "&gt;");
  }

  private static AuditResult example(Verdict... verdicts) {
    return ExampleAudits.of(DIGITS.range(0, verdicts.length), ExampleAudits.LINF, verdicts);
  }

  private static String page(AuditResult result) {
    return HtmlReport.render(result, ExampleAudits.CONTEXT);
  }
}
