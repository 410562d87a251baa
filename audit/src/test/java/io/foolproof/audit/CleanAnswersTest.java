package io.foolproof.audit;

import static io.foolproof.audit.MaskedModels.EPSILON;
import static io.foolproof.audit.MaskedModels.INPUT;
import static io.foolproof.audit.MaskedModels.PLAIN;
import static io.foolproof.audit.MaskedModels.data;
import static io.foolproof.audit.MaskedModels.fired;
import static io.foolproof.audit.MaskedModels.sign;
import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.MaskedModels.Masked;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** One image has one answer: in every runtime, alone and in a batch. */
class CleanAnswersTest {

  private static AuditResult audit(Classifier model, ImageSet data, Classifier... runtimes) {
    return Audit.of(model, data)
        .against(ThreatModel.linf(EPSILON))
        .with(Attacks.parse("pgd:steps=10"))
        .replayingOn(runtimes)
        .workers(2)
        .run();
  }

  private static Masked behind(UnaryOperator<Tensor> change) {
    return new Masked(x -> x, change);
  }

  @Test
  void roundingIsNoDifference() {
    AuditResult result = audit(PLAIN, data(), behind(y -> y.mul(1 + 1e-5).add(1e-5)));
    assertThat(sign(result, Sign.DIFFERING_RUNTIMES).state()).isEqualTo(Diagnostic.State.QUIET);
    assertThat(sign(result, Sign.DIFFERING_RUNTIMES).figure()).isEqualTo("0 of 60");
    assertThat(sign(result, Sign.MIXED_BATCHES).figure()).isEqualTo("0 of 60");
    assertThat(sign(result, Sign.NOT_REPLAYED).figure()).startsWith("0 of ");
  }

  /** Far from rounding, on images that all runtimes classify alike. */
  @Test
  void otherLogitsInAnotherRuntimeAreFoundOut() {
    AuditResult result = audit(PLAIN, data(), PLAIN, behind(y -> y.mul(1.05)));
    Diagnostic differing = sign(result, Sign.DIFFERING_RUNTIMES);
    assertThat(fired(result)).contains("differing-runtimes");
    assertThat(differing.figure()).isEqualTo("60 of 60");
    assertThat(differing.sentence()).contains("and 0 of them another class");
    assertThat(result.gate(0).passed()).isFalse();
    assertThat(result.gate(0).reason()).contains("Other logits in another runtime");
  }

  /** Only some images have a logit of more than 0; only these are classified otherwise. */
  @Test
  void otherPredictionsInAnotherRuntimeAreCounted() {
    ImageSet data = data();
    Masked without = behind(y -> y.mul(Tensor.of(new float[] {0, 1, 1}, 1, 3)));
    long otherwise = 0;
    for (int i = 0; i < data.size(); i++) {
      float[] image = data.pixels(i);
      int prediction = Replay.ask(without, new float[][] {image})[0].prediction();
      otherwise += prediction == data.label(i) ? 0 : 1;
    }
    AuditResult result = audit(PLAIN, data, without);
    assertThat(otherwise).isBetween(5L, 55L);
    assertThat(sign(result, Sign.DIFFERING_RUNTIMES).sentence())
        .contains("and " + otherwise + " of them another class");
  }

  /** What a model says of an image depends on the mean of the batch. */
  @Test
  void logitsThatDependOnTheBatchAreFoundOut() {
    Masked mixing = behind(y -> y.sub(y.mean(true, 0).mul(0.5)));
    AuditResult result = audit(mixing, data());
    assertThat(fired(result)).contains("mixed-batches");
    assertThat(sign(result, Sign.MIXED_BATCHES).figure()).isEqualTo("60 of 60");
    assertThat(result.gate(0).passed()).isFalse();
  }

  /** In steps of 0.2: another runtime that rounds to them sees the clean image in all of a ball. */
  private static ImageSet inSteps() {
    int count = 60;
    float[] pixels = new float[count * INPUT.elements()];
    int[] labels = new int[count];
    ImageSet grey = data();
    for (int i = 0; i < count; i++) {
      float[] image = grey.pixels(i);
      for (int j = 0; j < image.length; j++) {
        image[j] = (float) (Math.floor(image[j] * 5 + 0.5) / 5);
      }
      System.arraycopy(image, 0, pixels, i * image.length, image.length);
      labels[i] = PLAIN.predict(image);
    }
    return ImageSet.ofPixels(
        "steps", new ImageShape(1, 6, 5), pixels, labels, List.of("a", "b", "c"));
  }

  @Test
  void successesThatAreNotReplayedAreFoundOut() {
    Masked rounding = new Masked(x -> x.mul(5).add(0.5).floor().div(5), y -> y);
    AuditResult result = audit(PLAIN, inSteps(), rounding);
    assertThat(result.robustAccuracy().value()).isEqualTo(1);
    assertThat(sign(result, Sign.DIFFERING_RUNTIMES).figure()).isEqualTo("0 of 60");
    assertThat(fired(result)).contains("not-replayed");
    int claimed = result.attacks().get(0).notReplayed();
    assertThat(claimed).isGreaterThan(5);
    assertThat(sign(result, Sign.NOT_REPLAYED).figure()).isEqualTo(claimed + " of " + claimed);
  }
}
