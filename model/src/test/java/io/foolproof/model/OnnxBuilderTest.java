package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OnnxBuilderTest {
  private static final long[] SHAPE = {2, 9, 9};

  private static OnnxClassifier opened(OnnxBuilder net) {
    return OnnxClassifier.of(OnnxModel.of(net.build(), "built.onnx"));
  }

  private static OnnxBuilder start() {
    return new OnnxBuilder("net", SHAPE, 5);
  }

  /** What is built is what ONNX Runtime makes of it, whatever the layers. */
  @Test
  void everyLayerIsThatOfOnnxRuntime() {
    Stream.of(
            start().conv(4, 3).relu().flatten().dense(3),
            start().conv(4, 4, 2, 1).relu().conv(3, 2, 2, 0).flatten().dense(3),
            start().conv(4, 3, 1, 0).averagePool(2).flatten().dense(3),
            start().conv(4, 3).averagePool().flatten().dense(3),
            start().conv(4, 3).batchNorm().relu().maxPool().flatten().dense(3),
            start().skip(branch -> branch.conv(2, 3)).flatten().dense(3),
            start().skip(branch -> branch.conv(4, 3, 2, 1).relu().conv(4, 3)).flatten().dense(3),
            start().threshold(0.3, 0.7).flatten().dense(3),
            start().normalise(new double[] {0.4, 0.5}, new double[] {0.2, 0.3}).flatten().dense(3))
        .forEach(OnnxBuilderTest::agrees);
  }

  private static void agrees(OnnxBuilder net) {
    try (Scope scope = Scope.open()) {
      OnnxClassifier own = opened(net);
      Tensor x = SingleNode.random(3, 0.5, 24, 2, 9, 9).add(0.5);
      assertThat(own.logits(x).toFloats())
          .containsExactly(
              OnnxRuntimeClassifier.of(own).logits(x).toFloats(), Offset.offset(1e-4f));
    }
  }

  @Test
  void aThresholdIsItsClosedForm() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier net =
          opened(new OnnxBuilder("net", new long[] {1, 1, 5}, 1).threshold(0.3, 0.7).flatten());
      Tensor x = Tensor.of(new float[] {0, 0.3f, 0.4f, 0.6f, 1}, 1, 1, 1, 5);
      assertThat(net.logits(x).toFloats())
          .containsExactly(new float[] {0, 0, 0.25f, 0.75f, 1}, Offset.offset(1e-6f));
    }
  }

  /** Numbers of layers in front, and statistics, are constants. */
  @Test
  void onlyWhatIsLearnedIsAParameter() {
    OnnxClassifier net =
        opened(
            start()
                .normalise(new double[] {0.4, 0.5}, new double[] {0.2, 0.3})
                .threshold(0.3, 0.7)
                .conv(4, 3)
                .batchNorm()
                .flatten()
                .dense(3));
    Map<String, Tensor> parameters = net.parameters();
    assertThat(parameters.keySet())
        .extracting(name -> name.replaceAll("\\d", ""))
        .containsExactly("weight", "bias", "scale", "shift", "weight", "bias");
  }

  /**
   * With statistics that are not those of the beginning, and a skip that keeps one from folding.
   */
  @Test
  void foldedNormalisationsGiveTheSameLogits() {
    try (Scope scope = Scope.open()) {
      OnnxBuilder built =
          start()
              .conv(4, 3)
              .batchNorm()
              .relu()
              .skip(branch -> branch.conv(4, 3).batchNorm())
              .batchNorm()
              .flatten()
              .dense(3);
      OnnxModel model = OnnxModel.of(built.build(), "built.onnx");
      Map<String, Tensor> measured =
          Map.of(
              "mean2", SingleNode.random(1, 0.5, 4),
              "variance2", SingleNode.random(2, 0.5, 4).add(1),
              "scale2", SingleNode.random(3, 0.5, 4).add(1),
              "shift2", SingleNode.random(4, 0.5, 4),
              "bias1", SingleNode.random(5, 0.5, 4));
      OnnxModel own = OnnxModel.of(model.withParameters(measured), "measured.onnx");
      OnnxModel folded = OnnxModel.of(own.withFoldedNormalisations(), "folded.onnx");
      Tensor x = SingleNode.random(3, 0.5, 24, 2, 9, 9).add(0.5);
      assertThat(OnnxClassifier.of(folded).logits(x).toFloats())
          .containsExactly(OnnxClassifier.of(own).logits(x).toFloats(), Offset.offset(1e-5f));
      assertThat(own.summary().operators()).containsEntry("BatchNormalization", 3);
      assertThat(folded.summary().operators()).containsEntry("BatchNormalization", 1);
      assertThat(folded.initialisers().keySet()).doesNotContain("mean2", "scale2");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> start().conv(4, 11, 1, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a convolution of 11 x 11 does not fit into 9 x 9 values");
    assertThatThrownBy(() -> start().conv(4, 4, 4, 0).maxPool().maxPool())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a pool of 2 x 2 does not fit into 1 x 1");
  }

  @Test
  void theSameSeedDrawsTheSameWeights() {
    assertThat(List.of(start().conv(4, 3).build()))
        .usingRecursiveComparison()
        .isEqualTo(List.of(start().conv(4, 3).build()));
  }
}
