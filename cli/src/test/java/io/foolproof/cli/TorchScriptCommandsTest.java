package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.RealData;
import io.foolproof.data.Split;
import io.foolproof.model.Classifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.ReferenceFolder;
import io.foolproof.model.TorchScriptClassifier;
import io.foolproof.model.TorchScripts;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptCommandsTest {
  private static final double EPSILON = 0.1;

  @TempDir Path folder;

  private Path linear(String name, long seed) {
    float[][] weights = new float[10][784];
    RandomStream random = new RandomStream(seed, 0, "weights", 0);
    for (float[] row : weights) {
      random.fillGaussian(row, 0, row.length);
    }
    return TorchScripts.linear(folder.resolve(name), weights);
  }

  @Test
  void aModuleIsInspectedAttackedAndAudited() throws IOException {
    Path file = linear("net.pt", 1);
    InProcess inspected = InProcess.run("inspect", file);
    assertThat(inspected.exitCode()).as(inspected.err()).isZero();
    assertThat(inspected.out()).contains("TorchScript", "7,840", "evaluation mode", "--replay");
    InProcess audited =
        InProcess.run(
            "audit",
            file,
            "--samples",
            20,
            "--attacks",
            "pgd:steps=5",
            "--out",
            folder.resolve("a"));
    assertThat(audited.exitCode()).as(audited.err()).isZero();
    assertThat(Files.readString(folder.resolve("a/index.html")))
        .contains("no second runtime takes");
    InProcess attacked =
        InProcess.run(
            "attack", file, "--samples", 5, "--attack", "fgsm", "--out", folder.resolve("b"));
    assertThat(attacked.exitCode()).as(attacked.err()).isZero();
  }

  @Test
  void whatTorchScriptIsNotFitForIsRefusedInOneLine() {
    Path file = linear("net.pt", 1);
    refused("export the model to ONNX", "prove", file, "--data", "digits", "--epsilon", 0.1);
    refused("--output names", "audit", file, "--output", "x");
    refused("--isolate opens ONNX files", "audit", file, "--isolate");
    refused("leave it out", "audit", "--replay", "x.onnx");
    refused("there is no such file", "audit", folder.resolve("none.pt"));
    Path other = ReferenceFolder.require().resolve("models/lenet5_clean.onnx");
    refused("differ by up to", "audit", file, "--replay", other, "--samples", 20);
  }

  private static void refused(String expected, Object... arguments) {
    InProcess run = InProcess.run(arguments);
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(2);
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).contains(expected);
  }

  /** Two runtimes round differently, and that may decide one image in 200. */
  @Test
  void verdictsAreThoseOfTheOnnxFile() {
    ImageSet images = DataSets.open("mnist", Split.TEST, RealData.locations()).first(200);
    Path models = ReferenceFolder.require().resolve("models");
    for (String name : List.of("lenet5_clean", "lenet5_advtrained", "convsmall_wong_eps0.1")) {
      AuditResult onnx = audit(OnnxClassifier.load(models.resolve(name + ".onnx")), images);
      AuditResult script =
          audit(
              TorchScriptClassifier.load(models.resolve(name + ".torchscript.pt"), images.shape()),
              images);
      List<SampleVerdict> ones = onnx.samples();
      List<SampleVerdict> others = script.samples();
      long differ =
          IntStream.range(0, images.size())
              .filter(i -> ones.get(i).verdict() != others.get(i).verdict())
              .count();
      assertThat(differ).as(name).isLessThanOrEqualTo(1);
    }
  }

  private static AuditResult audit(Classifier model, ImageSet images) {
    return Audit.of(model, images)
        .against(ThreatModel.linf(EPSILON))
        .with(Attacks.parse("pgd:steps=10"))
        .extent(AuditPlan.Extent.VERDICTS)
        .run();
  }
}
