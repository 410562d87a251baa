package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.layer.Layers;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which attack breaks which layer, in front of the built-in net. */
@Tag("slow")
class DefenseAttacksTest {
  private static final ImageSet DIGITS = DataSets.open("digits");
  private static final AuditPlan.Extent SIGNS = new AuditPlan.Extent(false, 1, true);

  private static AuditResult audit(
      String layer, String attack, double epsilon, int digits, AuditPlan.Extent extent) {
    OnnxModel net = OnnxModel.read(new ModelOptions().path());
    OnnxModel model = layer.isEmpty() ? net : Layers.parse(layer).in(net);
    try (OnnxClassifier classifier = OnnxClassifier.of(model)) {
      return Audit.of(classifier, DIGITS.first(digits))
          .against(ThreatModel.linf(epsilon))
          .with(Attacks.parse(attack))
          .extent(extent)
          .run();
    }
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
    assertThat(audit(layer, "pgd", 0.2, 20, SIGNS).warnings())
        .extracting(warning -> warning.id())
        .contains(sign);
  }

  /** By the fraction of fresh draws that are still classified correctly. */
  @Test
  void theMeanOfDrawsFindsWhatOneDrawDoesNot() {
    double one = robust("resize", "pgd", 0.1, 12);
    double mean = robust("resize", "pgd:eot=20", 0.1, 12);
    assertThat(mean).isLessThan(one);
  }
}
