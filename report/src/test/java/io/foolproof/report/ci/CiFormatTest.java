package io.foolproof.report.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Verdict;
import io.foolproof.audit.baseline.Baseline;
import io.foolproof.audit.baseline.BaselineGate;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.report.audit.ExampleAudits;
import io.foolproof.tensor.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CiFormatTest {
  /** Names with all that one of the formats gives a meaning to. */
  private static final List<String> NAMES = List.of("a|b", "<c>&\u0001\"::%");

  /** Class 0: no sample is fooled; class 1: all are. */
  private static AuditResult result() {
    int n = 40;
    ImageSet data =
        ImageSet.ofPixels(
            "grey",
            new ImageShape(1, 28, 28),
            new float[n * 784],
            IntStream.range(0, n).map(i -> i % 2).toArray(),
            NAMES);
    Verdict[] verdicts =
        IntStream.range(0, n)
            .mapToObj(i -> i % 2 == 0 ? Verdict.UNKNOWN : Verdict.MISCLASSIFIED)
            .toArray(Verdict[]::new);
    return ExampleAudits.of(data, ExampleAudits.LINF, verdicts);
  }

  private static CiReport report(double required) {
    AuditResult result = result();
    return new CiReport(result, "models/my net.onnx", "0.1.0", result.gate(required), null);
  }

  @Test
  void onlyFailuresAreReportedOneForARuleAndClass() {
    List<Failure> failures = report(0.9).failures();
    assertThat(failures).extracting(Failure::rule).containsExactly(Rule.GATE, Rule.FRAGILE_CLASS);
    assertThat(failures.get(0).failsBuild()).isTrue();
    assertThat(failures.get(0).message())
        .isEqualTo("The robust accuracy is 50.0 %, below the required 90.0 %.");
    assertThat(failures.get(1).failsBuild()).isFalse();
    assertThat(failures.get(1).message()).contains("0 of its 20 images not fooled");
    assertThat(report(0.5).failures())
        .extracting(Failure::rule)
        .containsExactly(Rule.FRAGILE_CLASS);
  }

  /** Held against a baseline in which no sample was fooled. */
  @Test
  void aModelThatIsWorseThanTheBaselineIsAFailureOfItsOwn() {
    AuditResult result = result();
    Baseline now = Baseline.of(result);
    TreeMap<Long, Verdict> unknown = new TreeMap<>(now.verdicts());
    unknown.replaceAll((index, verdict) -> Verdict.UNKNOWN);
    Baseline before = new Baseline("former", "1", now.engine(), now.plan(), unknown);
    CiReport report =
        new CiReport(
            result,
            "net.onnx",
            "0.1.0",
            null,
            new BaselineGate(before, OptionalInt.empty(), Set.of()).judge(result));
    assertThat(report.passed()).isFalse();
    assertThat(report.failures())
        .extracting(Failure::rule)
        .containsExactly(Rule.NEWLY_FOOLED, Rule.FRAGILE_CLASS);
    assertThat(report.failures().get(0).message()).contains("20 newly fooled, 0 no longer fooled");
    assertThat(CiFormat.JUNIT.text(report)).contains("no worse than the baseline", "<failure");
  }

  /** The interval is that of the figure: of a randomised model, of the mean over draws. */
  @Test
  void figuresOfRandomisedModelsAreMeansOverDraws() {
    AuditResult plain = result();
    AuditResult drawn =
        ExampleAudits.with(
            plain,
            plain.samples(),
            plain.attacks(),
            plain.diagnostics(),
            ExampleAudits.drawn(0.61, 0.58, 0.64));
    CiReport report = new CiReport(drawn, "net.onnx", "0.1.0", null, null);
    assertThat(report.figure())
        .contains("robust accuracy at most 61.0 % (95 % 48.0 % to 74.0 %), clean 93.0 %");
  }

  @Test
  void sarifConformsToItsSchema() throws IOException {
    Schema schema;
    try (InputStream in = getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
              .getSchema(
                  new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    }
    JsonNode sarif = JsonMapper.shared().readTree(CiFormat.SARIF.text(report(0.9)));
    assertThat(schema.validate(sarif)).isEmpty();
    assertThat(sarif.at("/runs/0/results/0/ruleId").asString()).isEqualTo("foolproof/gate");
    assertThat(sarif.at("/runs/0/results/0/level").asString()).isEqualTo("error");
    assertThat(
            sarif
                .at("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri")
                .asString())
        .isEqualTo("models/my%20net.onnx");
    JsonNode broken = JsonMapper.shared().readTree("{\"version\": \"2.1.0\", \"runs\": 3}");
    assertThat(schema.validate(broken)).isNotEmpty();
  }

  /** The figures differ between two runs, the fingerprints do not. */
  @Test
  void fingerprintsDoNotDependOnFigures() {
    CiReport one = report(0.9);
    CiReport other = report(0.8);
    assertThat(one.failures().get(0)).isNotEqualTo(other.failures().get(0));
    assertThat(one.failures()).extracting(f -> f.fingerprint("a")).doesNotHaveDuplicates();
    assertThat(one.failures())
        .extracting(f -> f.fingerprint("a"))
        .isEqualTo(other.failures().stream().map(f -> f.fingerprint("a")).toList());
    assertThat(one.failures().get(0).fingerprint("b"))
        .isNotEqualTo(one.failures().get(0).fingerprint("a"));
  }

  @Test
  void junitHasACaseForEachGateAndClassAndFailsByGatesAlone() throws Exception {
    Document failed = xml(CiFormat.JUNIT.text(report(0.9)));
    assertThat(failed.getElementsByTagName("testcase").getLength()).isEqualTo(3);
    assertThat(failed.getElementsByTagName("failure").getLength()).isEqualTo(1);
    assertThat(failed.getDocumentElement().getAttribute("failures")).isEqualTo("1");
    Document passed = xml(CiFormat.JUNIT.text(report(0.5)));
    assertThat(passed.getElementsByTagName("failure").getLength()).isZero();
    assertThat(
            passed
                .getElementsByTagName("testcase")
                .item(2)
                .getAttributes()
                .getNamedItem("name")
                .getNodeValue())
        .isEqualTo("class <c>&?\"::%");
  }

  private static Document xml(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void annotationsAreOneLineEachAndNameTheFile() {
    List<String> lines = CiFormat.annotations(report(0.9)).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .isEqualTo(
            "::error file=models/my net.onnx,title=Robust accuracy below what the gate"
                + " requires::The robust accuracy is 50.0 %25, below the required 90.0 %25.");
    assertThat(lines.get(1)).startsWith("::warning file=");
  }

  @Test
  void codeQualityHasWhatGitlabRequires() {
    JsonNode quality = JsonMapper.shared().readTree(CiFormat.GITLAB.text(report(0.9)));
    assertThat(quality).hasSize(2);
    for (JsonNode entry : quality) {
      assertThat(entry.get("description").asString()).isNotEmpty();
      assertThat(entry.get("check_name").asString()).startsWith("foolproof/");
      assertThat(entry.get("fingerprint").asString()).matches("[0-9a-f]{64}");
      assertThat(entry.get("severity").asString()).isIn("critical", "minor");
      assertThat(entry.at("/location/path").asString()).isEqualTo("models/my net.onnx");
      assertThat(entry.at("/location/lines/begin").asInt()).isEqualTo(1);
    }
  }

  @Test
  void aSummaryEscapesWhatMarkdownWouldRead() {
    String text = CiFormat.summary(report(0.9));
    assertThat(text).contains("**Gate failed:**", "a\\|b", "\\<c\\>", "no proof of robustness");
    long columns =
        text.lines().filter(line -> line.contains("a\\|b") && line.startsWith("| a")).count();
    assertThat(columns).isEqualTo(1);
    assertThat(CiFormat.summary(report(0.5))).contains("**Gate passed.**");
  }

  @Test
  void formatsAreKnownByTheirNames() {
    assertThat(CiFormat.parse("sarif, junit")).isEqualTo(Set.of(CiFormat.SARIF, CiFormat.JUNIT));
    assertThatThrownBy(() -> CiFormat.parse("sarif,xml"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "there is no format 'xml': give some of sarif, junit, github, gitlab, markdown");
    assertThat(Arrays.stream(CiFormat.values()).map(CiFormat::file)).doesNotHaveDuplicates();
  }
}
