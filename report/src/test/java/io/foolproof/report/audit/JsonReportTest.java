package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Searched;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.report.ReportContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class JsonReportTest {
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(40);
  private static final ThreatModel TARGETED = new NormBounded(Norm.L2, 2, new Goal.Targeted(3));

  @Test
  void figuresAreThoseOfTheAudit() {
    JsonNode json = json(ExampleAudits.mostlyFooled("model.onnx", DIGITS, ExampleAudits.LINF));
    JsonNode summary = json.get("summary");
    assertThat(summary.get("samples").asInt()).isEqualTo(40);
    assertThat(summary.get("cleanAccuracy").asDouble()).isEqualTo(1);
    assertThat(summary.get("robustAccuracy").asDouble()).isEqualTo(0.05);
    assertThat(summary.at("/verdicts/fooled").asInt()).isEqualTo(38);
    assertThat(summary.at("/intervals/robustAccuracy/low").asDouble())
        .isCloseTo(0.0138, within(1e-4));
    assertThat(json.at("/threatModel/epsilonLevels").asDouble()).isCloseTo(76.5, within(1e-9));
    assertThat(json.at("/attacks/1/name").asString()).isEqualTo("pgd");
    assertThat(json.at("/attacks/1/robustAccuracy").asDouble()).isEqualTo(0.05);
    assertThat(json.at("/attacks/0/notReplayed").asInt()).isEqualTo(2);
    assertThat(json.get("curve")).hasSize(9);
    assertThat(json.get("classes")).hasSize(10);
  }

  @Test
  void certifiedAccuracyIsThereOnceSomethingIsProved() {
    JsonNode without = json(example(Verdict.UNKNOWN, Verdict.UNKNOWN)).get("summary");
    assertThat(without.has("certifiedAccuracy")).isFalse();
    assertThat(without.get("intervals").has("certifiedAccuracy")).isFalse();
    JsonNode with = json(example(Verdict.PROVED, Verdict.UNKNOWN)).get("summary");
    assertThat(with.get("certifiedAccuracy").asDouble()).isEqualTo(0.5);
    assertThat(with.at("/intervals/certifiedAccuracy/high").asDouble()).isGreaterThan(0.5);
  }

  @Test
  void everyShapeOfReportConformsToTheSchema() throws IOException {
    Schema schema = schema();
    for (AuditResult result :
        new AuditResult[] {
          ExampleAudits.mostlyFooled("model.onnx", DIGITS, ExampleAudits.LINF),
          ExampleAudits.mostlyFooled("model.onnx", DIGITS, TARGETED),
          example(Verdict.PROVED, Verdict.ERROR, Verdict.MISCLASSIFIED),
          ExampleAudits.searched(
              example(Verdict.UNKNOWN), new Searched(900, 54, 50, 0, "the suite standard"))
        }) {
      assertThat(schema.validate(json(result))).isEmpty();
    }
  }

  @Test
  void theOutcomeOfAGateIsInTheReport() throws IOException {
    AuditResult result = example(Verdict.UNKNOWN);
    for (double required : new double[] {1, 0.5}) {
      ReportContext context =
          ExampleAudits.CONTEXT.withGate(result.gate(required, "saturated-loss"));
      JsonNode json = JsonMapper.shared().readTree(JsonReport.render(result, context));
      assertThat(schema().validate(json)).isEmpty();
      assertThat(json.at("/gate/failUnder").asDouble()).isEqualTo(required);
      assertThat(json.at("/gate/allowed/0").asString()).isEqualTo("saturated-loss");
      assertThat(json.at("/gate/passed").asBoolean()).isTrue();
    }
    AuditResult fooled = example(Verdict.FOOLED);
    JsonNode failed =
        JsonMapper.shared()
            .readTree(JsonReport.render(fooled, ExampleAudits.CONTEXT.withGate(fooled.gate(0.5))));
    assertThat(schema().validate(failed)).isEmpty();
    assertThat(failed.at("/gate/passed").asBoolean()).isFalse();
    assertThat(failed.at("/gate/reason").asString()).contains("below the required 50.0 %");
    assertThat(json(result).has("gate")).isFalse();
  }

  @Test
  void schemaRefusesWhatIsNotAReport() throws IOException {
    Schema schema = schema();
    ObjectNode json = (ObjectNode) json(example(Verdict.UNKNOWN));
    json.put("surprise", 1);
    assertThat(schema.validate(json)).hasSize(1);
    json.remove("surprise");
    ((ObjectNode) json.get("summary")).put("robustAccuracy", 1.5);
    assertThat(schema.validate(json)).hasSize(1);
  }

  private static AuditResult example(Verdict... verdicts) {
    return ExampleAudits.of(DIGITS.range(0, verdicts.length), ExampleAudits.LINF, verdicts);
  }

  private static JsonNode json(AuditResult result) {
    return JsonMapper.shared().readTree(JsonReport.render(result, ExampleAudits.CONTEXT));
  }

  private static Schema schema() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "report.schema.json"));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text);
  }
}
