package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxClassifierTest {
  private static final float[] IMAGE = {0.25f, 0.5f, 1};

  private static TestGraph linear() {
    return new TestGraph()
        .input("x", "batch", "3")
        .floats("w", new float[] {1, 2, 3, -1, 0, 1}, 2, 3)
        .floats("b", new float[] {0.5f, -0.5f}, 2)
        .node("Gemm", List.of("x", "w", "b"), "y", attribute("transB", 1))
        .output("y", "batch", "2");
  }

  @Test
  void aLinearModelGivesItsClosedForm() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier classifier = linear().classifier();
      Tensor images = Tensor.of(IMAGE, 1, 3).variable();
      Tensor logits = classifier.logits(images);
      assertThat(logits.toFloats()).containsExactly(4.75f, 0.25f);
      assertThat(Gradients.of(logits, images).toFloats()).containsExactly(0, 2, 4);
      assertThat(classifier.classes()).isEqualTo(2);
      assertThat(classifier.input()).isEqualTo(InputSpec.unit(3));
      assertThat(classifier.name()).isEqualTo("test");
    }
  }

  @Test
  void weightsOutliveTheScopeInWhichTheModelWasRead() {
    OnnxClassifier classifier;
    try (Scope scope = Scope.open()) {
      classifier = linear().classifier();
    }
    try (Scope scope = Scope.open()) {
      assertThat(classifier.logits(Tensor.of(IMAGE, 1, 3)).toFloats())
          .containsExactly(4.75f, 0.25f);
    }
  }

  @Test
  void anEmptyBatchHasNoLogits() {
    try (Scope scope = Scope.open()) {
      Tensor logits = linear().classifier().logits(Tensor.of(new float[0], 0, 3));
      assertThat(logits.shape()).containsExactly(0, 2);
    }
  }

  @Test
  void aLastSoftmaxIsTakenOff() {
    try (Scope scope = Scope.open()) {
      TestGraph graph = linear();
      graph.graph.clearOutput();
      OnnxClassifier classifier =
          graph.node("Softmax", List.of("y"), "p").output("p", "batch", "2").classifier();
      Tensor images = Tensor.of(IMAGE, 1, 3);
      assertThat(classifier.strippedSoftmax()).isTrue();
      assertThat(classifier.logits(images).toFloats()).containsExactly(4.75f, 0.25f);
      assertThat(classifier.activation("p", images).sum().item()).isCloseTo(1, within(1e-6));
      assertThat(linear().classifier().strippedSoftmax()).isFalse();
    }
  }

  @Test
  void logitsUnderOtherParametersCanBeDifferentiatedByThem() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier classifier = linear().classifier();
      assertThat(classifier.parameters().keySet()).containsExactly("w", "b");
      Tensor weight = Tensor.of(new float[] {1, 1, 1, 2, 2, 2}, 2, 3).variable();
      Tensor logits = classifier.logits(Tensor.of(IMAGE, 1, 3), Map.of("w", weight));
      assertThat(logits.toFloats()).containsExactly(2.25f, 3);
      assertThat(Gradients.of(logits, weight).toFloats())
          .containsExactly(0.25f, 0.5f, 1, 0.25f, 0.5f, 1);
    }
  }

  @Test
  void whatIsExportedGivesTheNewLogits() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier classifier = linear().classifier();
      Tensor weight = Tensor.of(new float[] {1, 1, 1, 2, 2, 2}, 2, 3);
      byte[] exported = classifier.model().withParameters(Map.of("w", weight));
      OnnxClassifier again = OnnxClassifier.of(OnnxModel.of(exported, "again.onnx"));
      assertThat(again.logits(Tensor.of(IMAGE, 1, 3)).toFloats()).containsExactly(2.25f, 3);
      assertThatThrownBy(() -> classifier.model().withParameters(Map.of("v", weight)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("'v'");
      assertThatThrownBy(
              () -> classifier.model().withParameters(Map.of("w", weight.transpose(0, 1))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("[2, 3]");
    }
  }

  @Test
  void doublesRunInDoublePrecision() {
    try (Scope scope = Scope.open()) {
      Tensor images = Tensor.of(new double[] {0.1, 0.2, 0.3}, 1, 3);
      double[] logits = linear().classifier().logits(images).toDoubles();
      assertThat(logits[0]).isCloseTo(1.9, within(1e-14));
    }
  }

  @Test
  void anyValueInsideTheGraphCanBeSeen() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier classifier = TestGraph.perceptron().classifier();
      assertThat(classifier.valueNames()).containsExactly("hidden", "active", "y");
      Tensor images = Tensor.of(new float[] {1, -1, 0.5f, 0, 1, 1}, 2, 3);
      Tensor hidden = classifier.activation("hidden", images);
      assertThat(hidden.shape()).containsExactly(2, 5);
      assertThat(classifier.activation("active", images).toFloats())
          .isEqualTo(hidden.relu().toFloats());
      assertThatThrownBy(() -> classifier.activation("nothing", images))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("'nothing'");
    }
  }

  @Test
  void imagesOfAnotherShapeAreRefused() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier classifier = linear().classifier();
      assertThatThrownBy(() -> classifier.logits(Tensor.of(new float[4], 1, 4)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("[N, ...[3]]");
    }
  }
}
