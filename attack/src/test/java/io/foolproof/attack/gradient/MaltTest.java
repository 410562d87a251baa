package io.foolproof.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.AttackResult.Status;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.InputSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaltTest {
  /** Class 1 is likelier than class 2 at 0.5, but its logit hardly depends on the image. */
  private static final LinearClassifier MODEL =
      new LinearClassifier(
          InputSpec.unit(1, 1, 2),
          new float[][] {{0, 0}, {0.1f, 0}, {8, 9}, {0, 0}},
          new float[] {3, 2.9f, -7.5f, -20});

  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void theNearestBoundaryComesBeforeTheLikeliestClass(Norm norm) {
    float[] image = {0.5f, 0.5f};
    assertThat(MODEL.score(image, 1)).isGreaterThan(MODEL.score(image, 2));
    Samples one = new Samples(new float[][] {image}, new int[1], new long[1]);
    // Class 2 is 2 behind, and gains 8 and 9 a unit of the values; class 1 gains 0.1 of the first.
    double epsilon =
        switch (norm) {
          case LINF -> 0.119;
          case L2 -> 0.167;
          default -> 0.223;
        };
    ThreatModel threat = ThreatModel.untargeted(norm, epsilon);
    assertThat(new Malt(20, 1).run(MODEL, one, threat, 0).get(0).status()).isEqualTo(Status.FOOLED);
    assertThat(new MultiTargeted(20, 0.1, 1).run(MODEL, one, threat, 0).get(0).status())
        .isEqualTo(Status.STANDING);
  }
}
