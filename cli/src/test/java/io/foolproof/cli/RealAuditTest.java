package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.RealData;
import io.foolproof.model.ReferenceFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Audits of published models on real digits, held against figures that others published: at L-inf
 * 0.3, the plainly trained net has nothing left, and the adversarially trained one about 89 % after
 * far stronger attacks than these.
 */
@Tag("slow")
class RealAuditTest {
  @TempDir Path folder;

  @Test
  void aPlainlyTrainedNetHasNothingLeft() throws IOException {
    JsonNode summary = audit("lenet5_clean.onnx", "pgd:steps=40", 500).get("summary");
    assertThat(summary.get("samples").asInt()).isEqualTo(500);
    assertThat(summary.get("cleanAccuracy").asDouble()).isBetween(0.97, 0.995);
    assertThat(summary.get("robustAccuracy").asDouble()).isZero();
    assertThat(summary.get("certifiedAccuracy")).isNull();
  }

  @Test
  void anAdversariallyTrainedNetKeepsMostButNotAll() throws IOException {
    JsonNode report = audit("lenet5_advtrained.onnx", "fgsm,pgd:steps=40", 200);
    double clean = report.get("summary").get("cleanAccuracy").asDouble();
    double left = report.get("summary").get("robustAccuracy").asDouble();
    assertThat(clean).isBetween(0.97, 1.0);
    assertThat(left).isBetween(0.86, 0.96);
    JsonNode attacks = report.get("attacks");
    assertThat(attacks.get(0).get("robustAccuracy").asDouble()).isGreaterThan(left);
    assertThat(attacks.get(1).get("robustAccuracy").asDouble()).isGreaterThanOrEqualTo(left);
    assertThat(attacks.get(attacks.size() - 1).get("robustAccuracy").asDouble()).isEqualTo(left);
    assertThat(attacks.get(1).get("notReplayed").asInt()).isZero();
    assertThat(attacks.get(1).get("backwards").asLong()).isGreaterThan(200 * 35);
  }

  private JsonNode audit(String model, String attacks, int samples) throws IOException {
    Path file = ReferenceFolder.require().resolve("models").resolve(model);
    Path data = RealData.locations().dataDir().orElseThrow();
    InProcess run =
        InProcess.run(
            "audit",
            file,
            "--data",
            "mnist",
            "--data-dir",
            data,
            "--norm",
            "linf",
            "--epsilon",
            "0.3",
            "--first",
            samples,
            "--attacks",
            attacks,
            "--out",
            folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return JsonMapper.builder().build().readTree(folder.resolve("report.json").toFile());
  }
}
