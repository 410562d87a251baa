package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxWeightsTest {

  private static List<String> weights(TestGraph graph) {
    return List.copyOf(graph.output("y", "batch", "2").classifier().parameters().keySet());
  }

  @Test
  void aNormalisationInFrontIsNoWeight() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "1", "4", "4")
            .floats("mean", new float[] {0.13f}, 1, 1, 1)
            .floats("deviation", new float[] {0.31f}, 1, 1, 1)
            .random("kernel", 1, 3, 1, 2, 2)
            .random("bias", 1, 3)
            .random("matrix", 1, 27, 2)
            .random("offset", 1, 2)
            .node("Sub", List.of("x", "mean"), "centred")
            .node("Div", List.of("centred", "deviation"), "normalised")
            .node("Conv", List.of("normalised", "kernel", "bias"), "h")
            .node("Flatten", List.of("h"), "flat")
            .node("MatMul", List.of("flat", "matrix"), "product")
            .node("Add", List.of("product", "offset"), "y");
    assertThat(weights(graph)).containsExactly("kernel", "bias", "matrix", "offset");
  }

  @Test
  void thresholdsAndTablesAreNoWeights() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .floats("low", new float[] {0.3f})
            .floats("high", new float[] {0.7f})
            .floats("table", new float[] {16, 11, 10}, 3)
            .random("w", 1, 2, 3)
            .node("Clip", List.of("x", "low", "high"), "clipped")
            .node("Mul", List.of("clipped", "table"), "levels")
            .node("Round", List.of("levels"), "rounded")
            .node("Div", List.of("rounded", "table"), "back")
            .node("Gemm", List.of("back", "w"), "y", attribute("transB", 1));
    assertThat(weights(graph)).containsExactly("w");
  }

  /** Running statistics are measured, not learned. */
  @Test
  void ofANormalisationInsideTheNetScaleAndShiftAreLearned() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .random("w", 1, 3, 2)
            .random("scale", 1, 2)
            .random("shift", 1, 2)
            .random("mean", 1, 2)
            .floats("variance", new float[] {1, 2}, 2)
            .random("slope", 1, 2)
            .node("MatMul", List.of("x", "w"), "h")
            .node(
                "BatchNormalization",
                List.of("h", "scale", "shift", "mean", "variance"),
                "normalised")
            .node("PRelu", List.of("normalised", "slope"), "y");
    assertThat(weights(graph)).containsExactly("w", "scale", "shift", "slope");
  }

  @Test
  void aWeightThatIsTransposedOnItsWayIsOne() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .random("w", 1, 2, 3)
            .node("Transpose", List.of("w"), "wt")
            .node("MatMul", List.of("x", "wt"), "y");
    assertThat(weights(graph)).containsExactly("w");
  }

  @Test
  void aValueThatIsAlsoUsedAsAConstantIsOne() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "2")
            .random("w", 1, 2, 2)
            .floats("both", new float[] {0.5f, 0.25f}, 2)
            .node("Sub", List.of("x", "both"), "centred")
            .node("Gemm", List.of("centred", "w", "both"), "y");
    assertThat(weights(graph)).containsExactly("w");
  }

  @Test
  void aViewUnderOtherWeightsIsTheModelThatWouldBeExported() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier own = TestGraph.perceptron().classifier();
      Tensor w1 = SingleNode.random(7, 1, 5, 3);
      Tensor b2 = SingleNode.random(8, 1, 4);
      Map<String, Tensor> others = Map.of("w1", w1, "b2", b2);
      DifferentiableClassifier view = own.under(others);
      OnnxClassifier exported =
          OnnxClassifier.of(OnnxModel.of(own.model().withParameters(others), "exported"));
      Tensor x = SingleNode.random(9, 1, 24, 3);
      assertThat(view.logits(x).toFloats()).isEqualTo(exported.logits(x).toFloats());
      assertThat(view.logits(x).toFloats()).isNotEqualTo(own.logits(x).toFloats());
      Tensor one = x.variable();
      Tensor other = x.variable();
      assertThat(Gradients.of(view.logits(one), one).toFloats())
          .isEqualTo(Gradients.of(exported.logits(other), other).toFloats());
      assertThat(view.input()).isEqualTo(own.input());
      assertThat(view.classes()).isEqualTo(4);
    }
  }
}
