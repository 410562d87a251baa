package io.foolproof.defense;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Tensor;
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
}
