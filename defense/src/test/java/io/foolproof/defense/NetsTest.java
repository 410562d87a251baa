package io.foolproof.defense;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetsTest {
  /** As docs/training.md has them. */
  @ParameterizedTest
  @CsvSource({
    "linear, 7850",
    "tiny, 4448",
    "mlp, 101770",
    "small, 166406",
    "threshold, 166406",
    "ramp, 166406",
    "deep, 227450",
    "deep-threshold, 227450",
    "medium, 893418",
    "cnn, 130890",
    "large, 3274634"
  })
  void netsHaveAsManyWeightsAsTheirPageSays(String net, long weights) {
    byte[] file = Architecture.parse(net).untrained(new long[] {1, 28, 28}, 10, 1);
    OnnxClassifier model = OnnxClassifier.of(OnnxModel.of(file, net));
    assertThat(model.parameters().values().stream().mapToLong(Tensor::elements).sum())
        .isEqualTo(weights);
  }

  /** What L-inf can make of black or white is as good as black or white; greys are not. */
  @ParameterizedTest
  @CsvSource({
    "threshold, true",
    "deep-threshold, true",
    "ramp, true",
    "small, false",
    "deep, false"
  })
  void smallChangesOfBlackAndWhiteVanish(String net, boolean vanish) {
    NormBounded threat = new NormBounded(Norm.LINF, 0.35, new Goal.Untargeted());
    byte[] file =
        Architecture.parse(net).untrained(new long[] {1, 28, 28}, 10, 1, Threats.of(threat));
    OnnxClassifier model = OnnxClassifier.of(OnnxModel.of(file, net));
    try (Scope scope = Scope.open()) {
      Tensor images =
          Tensor.concat(
              DoubleStream.of(0, 0.34, 1, 0.66, 0.5, 0.55)
                  .mapToObj(grey -> Tensor.full(grey, DType.FLOAT32, 1, 1, 28, 28))
                  .toList(),
              0);
      float[] logits = model.logits(images).toFloats();
      assertThat(differs(logits, 0, 1)).isEqualTo(!vanish);
      assertThat(differs(logits, 2, 3)).isEqualTo(!vanish);
      assertThat(differs(logits, 4, 5)).isTrue();
    }
  }

  private static boolean differs(float[] logits, int one, int other) {
    return IntStream.range(0, 10)
        .anyMatch(k -> Math.abs(logits[10 * one + k] - logits[10 * other + k]) > 1e-4);
  }
}
