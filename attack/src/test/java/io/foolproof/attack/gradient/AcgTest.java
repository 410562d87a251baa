package io.foolproof.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcgTest {

  /** What came before the first step is zero, and so must beta be. */
  @Test
  void theFirstDirectionIsTheGradient() {
    assertThat(direction(new float[] {3, -4}, new float[2], new float[2])).containsExactly(3, -4);
  }

  /**
   * On f(x) = -(x1^2 + 4 x2^2) / 2 from (4, 1): the gradient is (-4, -4), the best step along it
   * 2/5, which leads to (2.4, -0.6), where the gradient is (-2.4, 2.4); beta is 0.36, and the next
   * direction (-3.84, 0.96) points to the maximum at (0, 0).
   */
  @Test
  void theSecondDirectionIsConjugateToTheFirst() {
    float[] s = direction(new float[] {-2.4f, 2.4f}, new float[] {-4, -4}, new float[] {-4, -4});
    assertThat(s[0]).isCloseTo(-3.84f, within(1e-5f));
    assertThat(s[1]).isCloseTo(0.96f, within(1e-5f));
    assertThat(-4 * s[0] * 1 + -4 * s[1] * 4).isCloseTo(0f, within(1e-4f));
  }

  /** Beta would be -1/2 here, where the gradient shrinks along the direction. */
  @Test
  void betaIsNeverBelowZero() {
    assertThat(direction(new float[] {1, 0}, new float[] {2, 0}, new float[] {2, 0}))
        .containsExactly(1, 0);
  }

  /** Whichever attack climbs it, and inside another attack too. */
  @ParameterizedTest
  @ValueSource(
      strings = {"acg:loss=dlr", "pgd:loss=dlr", "apgd:loss=dlr", "closest:by=acg:by.loss=dlr"})
  void whatTakesThePlaceOfTheDlrLossIsNoted(String attack) {
    Classifier two =
        Classifier.of("two", InputSpec.unit(2), 2, images -> new float[images.length][2]);
    assertThat(Attacks.parse(attack).note(two, ThreatModel.linf(0.1)))
        .contains("the margin in place of the DLR loss");
  }

  private static float[] direction(float[] gradient, float[] gradientBefore, float[] before) {
    try (Scope scope = Scope.open()) {
      Tensor last =
          Tensor.stack(List.of(Tensor.of(gradientBefore, 1, 2), Tensor.of(before, 1, 2)), 1);
      return Acg.Conjugate.conjugate(Tensor.of(gradient, 1, 2), last).toFloats();
    }
  }
}
