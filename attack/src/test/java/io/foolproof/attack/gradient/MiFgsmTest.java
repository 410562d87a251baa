package io.foolproof.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Distances;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MiFgsmTest {
  private static final ThreatModel THREAT = ThreatModel.untargeted(Norm.LINF, 1e-3);

  @ParameterizedTest
  @ValueSource(strings = {"difgsm", "tifgsm"})
  void imagesWithoutRowsAndColumnsAreRefused(String name) {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(30), 2, 7);
    assertThatThrownBy(() -> Attacks.parse(name).requireApplicable(model, THREAT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("rows and columns");
    Attack plain = Attacks.parse(name + ":diversity=0:smoothing=0");
    plain.requireApplicable(model, THREAT);
  }

  /** One step along the smoothed gradient of a linear model is a smoothed step. */
  @Test
  void smoothingSpreadsOneWeightOverItsNeighbours() {
    float[][] weights = new float[2][25];
    weights[0][12] = 1;
    InputSpec input = InputSpec.unit(1, 5, 5);
    LinearClassifier model = new LinearClassifier(input, weights, new float[] {1, 0});
    float[] image = new float[25];
    java.util.Arrays.fill(image, 0.5f);
    Samples sample = new Samples(new float[][] {image}, new int[] {0}, new long[] {0});
    assertThat(changed(model, sample, "mifgsm:steps=1")).isEqualTo(1);
    assertThat(changed(model, sample, "tifgsm:steps=1:smoothing=1")).isEqualTo(9);
  }

  private static int changed(LinearClassifier model, Samples sample, String attack) {
    float[] found = Attacks.parse(attack).run(model, sample, THREAT, 1).get(0).image();
    return Distances.between(sample.images()[0], found).l0();
  }

  /** Where the image is shown smaller, other weights meet its values. */
  @Test
  void diversityAndNeighboursLeadElsewhere() {
    LinearClassifier model = LinearClassifier.balanced(InputSpec.unit(1, 6, 5), 3, 7);
    float[] image = new float[30];
    new RandomStream(5, 0, "images", 0).fillUniform(image, 0, 30, 0.2f, 0.8f);
    int[] label = {model.predict(image)};
    Samples sample = new Samples(new float[][] {image}, label, new long[] {0});
    float[] plain = moved(model, sample, "mifgsm");
    assertThat(moved(model, sample, "difgsm:diversity=1")).isNotEqualTo(plain);
    assertThat(moved(model, sample, "vmifgsm")).isNotEqualTo(plain);
    assertThat(moved(model, sample, "vmifgsm:neighbours=0")).isEqualTo(plain);
    assertThat(moved(model, sample, "difgsm:diversity=0")).isEqualTo(plain);
  }

  private static float[] moved(LinearClassifier model, Samples sample, String attack) {
    ThreatModel tiny = ThreatModel.untargeted(Norm.L2, 1e-2);
    return Attacks.parse(attack).run(model, sample, tiny, 1).get(0).image();
  }
}
