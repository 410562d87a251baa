package io.foolproof.audit;

import static io.foolproof.audit.MaskedModels.EPSILON;
import static io.foolproof.audit.MaskedModels.INPUT;
import static io.foolproof.audit.MaskedModels.audit;
import static io.foolproof.audit.MaskedModels.data;
import static io.foolproof.audit.MaskedModels.fired;
import static io.foolproof.audit.MaskedModels.sign;
import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.audit.MaskedModels.Masked;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sign fires where the figure is wrong for its reason, and not on models that only look so. */
class HonestModelsTest {

  // ---- Longer attacks

  private static int doublingGains(AuditResult result) {
    List<Diagnostic.Point> series = sign(result, Sign.NOT_CONVERGED).series();
    return (int) Math.round(60 * (series.get(2).fooled() - series.get(1).fooled()));
  }

  /** What the audit's own attacks fool already is no evidence that its figure would drop. */
  @Test
  void shortAttacksThatGainLessThanTheAuditSayNothing() {
    Masked model = MaskedModels.withNoiseInTheGradient();
    AuditResult result = audit(model, data(), EPSILON, "apgd:steps=100:restarts=5");
    assertThat(doublingGains(result)).isGreaterThan(3);
    assertThat(fired(result)).doesNotContain("not-converged");
  }

  /** Even where the short attacks have converged, an audit that stops before them has not. */
  @ParameterizedTest
  @ValueSource(strings = {"fgsm", "pgd:steps=2", "noise:draws=1"})
  void attacksThatAreWeakerThanTheShortOnesAreFoundOut(String weak) {
    AuditResult result = audit(MaskedModels.withNoiseInTheGradient(), data(), 0.1, weak);
    assertThat(fired(result)).contains("not-converged");
    assertThat(sign(result, Sign.NOT_CONVERGED).figure()).contains(" beyond the audit's attacks");
  }

  // ---- Saturation

  private static Masked scaled(double factor) {
    return new Masked(x -> x, y -> y.mul(factor));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e3, 1e4})
  void saturationThatHidesExamplesIsFoundOut(double factor) {
    assertThat(fired(audit(scaled(factor), data(), EPSILON, "pgd:steps=10")))
        .contains("saturated-loss");
  }

  /** A loss of 0 is no sign where attacks climb it all the same, or climb another. */
  @Test
  void confidenceAloneIsNoSign() {
    AuditResult confident = audit(scaled(20), data(), EPSILON, "apgd:restarts=2");
    assertThat(sign(confident, Sign.SATURATED_LOSS).sentence())
        .containsPattern("exactly 0 at 2[0-9] of 60");
    assertThat(fired(confident)).isEmpty();
    AuditResult byMargin = audit(scaled(1e4), data(), EPSILON, "apgd:loss=margin");
    assertThat(fired(byMargin)).doesNotContain("saturated-loss");
  }

  // ---- Robust by construction

  /** Whatever is done to an image: no adversarial example is masked, since there is none. */
  @Test
  void oneClassForAllImagesIsNotMasked() {
    Tensor first = Tensor.of(new float[] {1, 0, 0}, 1, 3);
    AuditResult result = audit(new Masked(x -> x, y -> y.mul(0).add(first)), data(), 0.2, "pgd");
    assertThat(fired(result)).containsExactlyInAnyOrder("at-chance", "never-predicted");
  }

  /** Dark and bright images, far from each other. */
  private static ImageSet darkAndBright() {
    float[] pixels = new float[40 * INPUT.elements()];
    int[] labels = new int[40];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      float middle = labels[i] == 0 ? 0.2f : 0.8f;
      int from = i * INPUT.elements();
      new RandomStream(5, i, "images", 0)
          .fillUniform(pixels, from, from + INPUT.elements(), middle - 0.1f, middle + 0.1f);
    }
    ImageShape shape = new ImageShape(1, 6, 5);
    return ImageSet.ofPixels(
        "brightness", shape, pixels, labels, List.of("dark", "bright", "none"));
  }

  /** Three classes by the brightness less its middle, [N, 1]: a step, or a steep slope. */
  private static Masked byBrightness(UnaryOperator<Tensor> brightness) {
    Tensor ways = Tensor.of(new float[] {-1, 1, 0}, 1, 3);
    return new Masked(x -> brightness.apply(x.flatten(1).mean(true, 1).sub(0.5)).mul(ways));
  }

  /** No image of the ball is classified otherwise, and gradients have nothing to do with that. */
  @Test
  void modelsThatAreRobustByConstructionAreNotBlamedOnGradients() {
    Masked step = byBrightness(x -> x.gt(0).to(DType.FLOAT32).mul(2).sub(1).add(x.mul(0)));
    AuditResult constant = audit(step, darkAndBright(), 0.1, "pgd");
    assertThat(constant.robustAccuracy().value()).isEqualTo(1);
    assertThat(fired(constant)).isSubsetOf("never-predicted", "zero-class");
    assertThat(sign(constant, Sign.VANISHING_GRADIENTS).sentence())
        .contains("It is zero at 40 more, around which the logits are the same all over the ball.");
    AuditResult steep = audit(byBrightness(x -> x.mul(1e4)), darkAndBright(), 0.1, "pgd");
    assertThat(steep.robustAccuracy().value()).isEqualTo(1);
    assertThat(fired(steep)).doesNotContain("unbounded-survivors", "saturated-loss");
  }

  private static Tensor toLevels(Tensor x) {
    return x.mul(255).round().div(255);
  }

  /** The usual images, in whole levels. */
  private static ImageSet inLevels() {
    ImageSet data = data();
    float[][] images = new float[data.size()][];
    int[] labels = new int[data.size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = data.pixels(i);
      for (int j = 0; j < images[i].length; j++) {
        images[i][j] = Math.round(images[i][j] * 255) / 255f;
      }
      labels[i] = data.label(i);
    }
    return ImageSet.of(images, labels, new ImageShape(1, 6, 5));
  }

  /** As models that take whole numbers from 0 to 255: a hair's breadth is less than they see. */
  @Test
  void roundingThatLetsGradientsPassIsNoSign() {
    Masked passing = new Masked(x -> x.add(toLevels(x.detach()).sub(x.detach())), y -> y);
    AuditResult honest = audit(passing, inLevels(), EPSILON, "pgd:steps=40");
    assertThat(fired(honest)).doesNotContain("vanishing-gradients", "quantised-answers");
    assertThat(sign(honest, Sign.QUANTISED_ANSWERS).sentence())
        .contains("So it did for 60 more, at which the gradient leads to lower margins");
    Masked hiding = new Masked(x -> toLevels(x).detach().add(x.mul(0)), y -> y);
    assertThat(fired(audit(hiding, inLevels(), EPSILON, "pgd:steps=40")))
        .contains("vanishing-gradients", "quantised-answers");
  }

  /** The same without gradients, where the ball has other logits: nothing excuses that. */
  @Test
  void gradientsThatLeadNowhereAreBlamed() {
    Masked misled = byBrightness(x -> MaskedModels.steered(x, x.detach().mul(0).sub(1)));
    assertThat(fired(audit(misled, darkAndBright(), 0.1, "pgd"))).contains("unbounded-survivors");
  }
}
