package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.defense.Threats;
import io.foolproof.defense.layer.Layers;
import io.foolproof.defense.recipe.Recipe;
import io.foolproof.defense.recipe.Recipes;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which attack breaks which layer, in front of the built-in net. */
@Tag("slow")
class DefenseAttacksTest {
  private static final ImageSet DIGITS = DataSets.open("digits");
  private static final AuditPlan.Extent SIGNS = new AuditPlan.Extent(false, 1, true);

  @TempDir Path folder;

  private static AuditResult audit(
      String layer, String attack, double epsilon, int digits, AuditPlan.Extent extent) {
    OnnxModel net = OnnxModel.read(new ModelOptions().path());
    OnnxModel model = layer.isEmpty() ? net : Layers.parse(layer).in(net);
    return audit(model, attack, epsilon, digits, extent);
  }

  private static AuditResult audit(
      OnnxModel model, String attack, double epsilon, int digits, AuditPlan.Extent extent) {
    try (OnnxClassifier classifier = OnnxClassifier.of(model)) {
      return Audit.of(classifier, DIGITS.first(digits))
          .against(ThreatModel.linf(epsilon))
          .with(Attacks.parse(attack))
          .extent(extent)
          .run();
    }
  }

  private static List<String> signs(AuditResult result) {
    return result.warnings().stream().map(Diagnostic::id).toList();
  }

  private static double robust(String layer, String attack, double epsilon, int digits) {
    return audit(layer, attack, epsilon, digits, AuditPlan.Extent.VERDICTS)
        .robustAccuracy()
        .value();
  }

  /** Nothing is hidden by the net itself, nor by a median, whose gradient is the pixel's. */
  @Test
  void theBareNetFallsToPlainGradientsWithoutASign() {
    AuditResult bare = audit("", "pgd", 0.2, 20, SIGNS);
    assertThat(bare.robustAccuracy().value()).isZero();
    assertThat(bare.warnings()).isEmpty();
    assertThat(robust("median", "pgd", 0.2, 20)).isLessThan(0.1);
  }

  @ParameterizedTest
  @CsvSource({
    "bits:bits=3, pgd:bpda=identity, 0.2, 0.9, 0.1",
    "jpeg:quality=20, pgd:bpda=identity, 0.2, 0.9, 0.1",
    "thermometer, pgd:bpda=identity, 0.2, 0.9, 0.1",
    "threshold, pgd:bpda=identity, 0.4, 0.9, 0.4",
    "clip, pgd:bpda=identity, 0.4, 0.2, 0.1",
    "temperature:t=1000, pgd:loss=margin, 0.2, 0.9, 0.1"
  })
  void whatIsHiddenIsFoundByTheAttackThatKnowsHow(
      String layer, String attack, double epsilon, double hidden, double found) {
    assertThat(robust(layer, "pgd", epsilon, 20)).isGreaterThan(hidden);
    assertThat(robust(layer, attack, epsilon, 20)).isLessThan(found);
  }

  @ParameterizedTest
  @CsvSource({
    "bits:bits=3, vanishing-gradients",
    "jpeg:quality=20, vanishing-gradients",
    "thermometer, vanishing-gradients",
    "temperature:t=1000, saturated-loss"
  })
  void theDiagnosisSaysThatPlainGradientsFail(String layer, String sign) {
    assertThat(signs(audit(layer, "pgd", 0.2, 20, SIGNS))).contains(sign);
  }

  /**
   * By the fraction of fresh draws that are still classified correctly. At 0.1 these layers keep
   * more than the bare net, since smooth or smaller images need larger changes; twice that epsilon
   * leaves nothing, as it does of the bare net.
   */
  @ParameterizedTest
  @CsvSource({
    "noise:sigma=0.15, pgd:steps=20:eot=10",
    "resize, pgd:steps=20:eot=10",
    "tv:keep=1, pgd:steps=40",
    "pruning, pgd:steps=20:eot=10",
    "k-winners:keep=0.1, pgd"
  })
  void nothingIsLeftWhereNothingIsLeftOfTheBareNet(String layer, String attack) {
    assertThat(robust(layer, attack, 0.2, 6)).isLessThan(0.1);
  }

  /** Each evaluation draws anew, and the diagnosis says so. */
  @ParameterizedTest
  @ValueSource(strings = {"noise:sigma=0.15", "resize", "pruning"})
  void theDiagnosisSaysThatAnswersDiffer(String layer) {
    assertThat(signs(audit(layer, "pgd:steps=10", 0.1, 3, SIGNS))).contains("differing-answers");
  }

  /** By the fraction of fresh draws that are still classified correctly. */
  @Test
  void theMeanOfDrawsFindsWhatOneDrawDoesNot() {
    double one = robust("resize", "pgd", 0.1, 12);
    double mean = robust("resize", "pgd:eot=20", 0.1, 12);
    assertThat(mean).isLessThan(one);
  }

  /** What a net keeps or loses by itself is no sign. */
  @Test
  void theDiagnosisIsSilentOnLda() {
    Path out = folder.resolve("lda.onnx");
    assertThat(InProcess.run("fit", "lda", "--data", "digits", "--out", out).exitCode()).isZero();
    AuditResult result = audit(OnnxModel.read(out), "pgd", 0.1, 20, SIGNS);
    assertThat(result.robustAccuracy().value()).isLessThan(0.9);
    assertThat(signs(result)).isEmpty();
  }

  /**
   * Its first layer hides gradients from attacks that do not pass through it, and from no other.
   */
  @Test
  void theDiagnosisIsSilentOnTheDefaultRecipeWhereGradientsPass() {
    ImageSet training = DataSets.open("digits", Split.TRAIN).first(2000);
    Threats threats = Threats.of(NormBounded.require(ThreatModel.linf(0.3)));
    Recipe recipe = Recipes.DEFAULT.against(threats);
    byte[] start = recipe.net().untrained(training.shape(), training.classes(), 0, threats);
    byte[] net;
    try (Workers workers = new Workers()) {
      Trainer trainer =
          new Trainer(
              recipe.training().with(recipe.training().descent().withBatch(50)),
              new Length.Steps(120),
              0);
      net =
          trainer.train(
              OnnxModel.of(start, "start"),
              training,
              DataSets.open("digits", Split.VALIDATION).first(50),
              folder.resolve("default"),
              workers,
              TrainingProgress.none());
    }
    AuditResult result = audit(OnnxModel.of(net, "default"), "pgd:bpda=identity", 0.3, 20, SIGNS);
    assertThat(result.robustAccuracy().value()).isBetween(0.1, 0.99);
    assertThat(signs(result)).isEmpty();
  }
}
