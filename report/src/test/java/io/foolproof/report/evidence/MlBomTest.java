package io.foolproof.report.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.audit.ExampleAudits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MlBomTest {
  private static final String SCHEMAS = "http://cyclonedx.org/schema/";

  @TempDir Path folder;

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7,
            builder ->
                builder.schemas(
                    Map.of(
                        SCHEMAS + "spdx.schema.json",
                        resource("spdx.schema.json"),
                        SCHEMAS + "jsf-0.82.schema.json",
                        resource("jsf-0.82.schema.json"))))
        .getSchema(resource("bom-1.6.schema.json"));
  }

  private static String resource(String name) {
    try (InputStream in = MlBomTest.class.getResourceAsStream("/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode bom() throws IOException {
    int n = 100;
    ImageSet data =
        ImageSet.ofPixels(
            "grey",
            new ImageShape(1, 28, 28),
            new float[n * 784],
            IntStream.range(0, n).map(i -> i % 2).toArray(),
            List.of("a", "b"));
    AuditResult result = ExampleAudits.mostlyFooled("net.onnx", data, ExampleAudits.LINF);
    AuditReport.write(result, ExampleAudits.CONTEXT, folder);
    JsonNode report =
        JsonMapper.shared().readTree(Files.readAllBytes(folder.resolve("report.json")));
    PackPlan plan = PackPlan.of(result, "0.1.0", null, Preprocessing.NONE, true, 0);
    return JsonMapper.shared().readTree(MlBom.bytes(report, plan));
  }

  @Test
  void conformsToTheSchemaOfCycloneDx() throws IOException {
    Schema schema = schema();
    assertThat(schema.validate(bom())).isEmpty();
    JsonNode wrong =
        JsonMapper.shared()
            .readTree(
                "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{\"type\": \"net\", \"name\": \"a\"}]}");
    assertThat(schema.validate(wrong)).isNotEmpty();
  }

  @Test
  void figuresHaveTheirIntervalsAndAttacksTheirTerms() throws IOException {
    JsonNode card = bom().at("/metadata/component/modelCard");
    JsonNode robust = card.at("/quantitativeAnalysis/performanceMetrics/1");
    assertThat(robust.at("/type").asString()).isEqualTo("robust accuracy, upper bound");
    assertThat(robust.at("/slice").asString()).isEqualTo("linf, epsilon 0.3");
    double value = Double.parseDouble(robust.at("/value").asString());
    assertThat(Double.parseDouble(robust.at("/confidenceInterval/lowerBound").asString()))
        .isLessThan(value);
    assertThat(Double.parseDouble(robust.at("/confidenceInterval/upperBound").asString()))
        .isGreaterThan(value);
    assertThat(card.at("/properties").toString())
        .contains("MITRE ATLAS AML.T0043.000", "NIST AI 100-2 E2025 NISTAML.022 Evasion");
  }

  /** Gradients of the model, answers of the model, other models. */
  @Test
  void termsFollowFromWhatAnAttackKnows() {
    assertThat(terms("pgd")).containsExactly("AML.T0043.000", "AML.T0015", "NISTAML.022");
    assertThat(terms("square")).containsExactly("AML.T0043.001", "AML.T0015", "NISTAML.025");
    assertThat(terms("transfer")).containsExactly("AML.T0043.002", "AML.T0015", "NISTAML.025");
  }

  private static List<String> terms(String attack) {
    return PackPlan.Step.of(attack).terms().stream().map(PackPlan.Term::id).toList();
  }
}
