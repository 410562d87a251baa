package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StraightThroughTest {
  private static final int INT32 = 6;
  private static final int FLOAT = 1;
  private static final float[] W = {1, -2, 3, 0.5f, 4, -1};

  /** Two classes of three values, each of which goes through a flat step times 4. */
  private static OnnxClassifier flat(String type) {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .floats("four", new float[] {4}, 1)
            .floats("w", W, 3, 2)
            .node("Mul", List.of("x", "four"), "wide");
    if (type.equals("Cast")) {
      graph
          .node("Cast", List.of("wide"), "whole", attribute("to", INT32))
          .node("Cast", List.of("whole"), "step", attribute("to", FLOAT));
    } else {
      graph.node(type, List.of("wide"), "step");
    }
    return graph.node("MatMul", List.of("step", "w"), "y").output("y", "batch", "2").classifier();
  }

  private static float[] gradient(OnnxClassifier model, Tensor x) {
    Tensor variable = x.variable();
    return Gradients.of(model.logits(variable).slice(1, 0, 1, 1), variable).toFloats();
  }

  @Test
  void valuesStayAndGradientsPass() {
    for (String type : List.of("Round", "Floor", "Ceil", "Sign", "Cast")) {
      try (Scope scope = Scope.open()) {
        OnnxClassifier own = flat(type);
        OnnxClassifier passing = own.with(StraightThrough.IDENTITY);
        Tensor x = Tensor.of(new float[] {0.1f, 0.3f, 0.77f, 0, 0.5f, 1}, 2, 3);
        assertThat(passing.logits(x).toFloats()).as(type).isEqualTo(own.logits(x).toFloats());
        // 4 times the weights of class 0, as without the step.
        assertThat(gradient(passing, x)).as(type).containsExactly(4, 12, 16, 4, 12, 16);
      }
    }
  }

  @Test
  void withoutItThereIsNoGradient() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {0.1f, 0.3f, 0.77f}, 1, 3);
      assertThat(gradient(flat("Round"), x)).containsOnly(0);
    }
  }

  @Test
  void hardTanhPassesGradientsNearZeroOnly() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {0.1f, 0.3f, 0.2f}, 1, 3);
      assertThat(gradient(flat("Sign").with(StraightThrough.HARD_TANH), x))
          .containsExactly(4, 0, 16);
    }
  }

  /** clip((x - 0.3) / 0.4, 0, 1) in front of a linear layer, written in several ways. */
  private static OnnxClassifier thresholding(String form) {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .floats("shift", new float[] {0.3f}, 1)
            .floats("scale", new float[] {0.4f}, 1)
            .floats("zero", new float[] {0})
            .floats("one", new float[] {1})
            .floats("w", W, 3, 2)
            .node("Sub", List.of("x", "shift"), "shifted")
            .node("Div", List.of("shifted", "scale"), "scaled");
    switch (form) {
      case "Clip" -> graph.node("Clip", List.of("scaled", "zero", "one"), "step");
      case "Min of Max" ->
          graph
              .node("Max", List.of("scaled", "zero"), "positive")
              .node("Min", List.of("one", "positive"), "step");
      case "Min of Relu" ->
          graph
              .node("Relu", List.of("scaled"), "positive")
              .node("Min", List.of("positive", "one"), "step");
      default -> throw new IllegalArgumentException(form);
    }
    return graph.node("MatMul", List.of("step", "w"), "y").output("y", "batch", "2").classifier();
  }

  @Test
  void gradientsPassWhereAThresholdSaturates() {
    for (String form : List.of("Clip", "Min of Max", "Min of Relu")) {
      try (Scope scope = Scope.open()) {
        OnnxClassifier own = thresholding(form);
        OnnxClassifier passing = own.with(StraightThrough.IDENTITY);
        Tensor x = Tensor.of(new float[] {0.1f, 0.5f, 0.9f}, 1, 3);
        assertThat(gradient(own, x)).as(form).containsExactly(0, 7.5f, 0);
        assertThat(gradient(passing, x)).as(form).containsExactly(2.5f, 7.5f, 10);
        assertThat(passing.logits(x).toFloats()).as(form).isEqualTo(own.logits(x).toFloats());
      }
    }
  }

  @Test
  void aHardSigmoidPassesItsSlope() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier own =
          new TestGraph()
              .input("x", "batch", "3")
              .floats("w", W, 3, 2)
              .node(
                  "HardSigmoid",
                  List.of("x"),
                  "step",
                  attribute("alpha", 2f),
                  attribute("beta", -0.5f))
              .node("MatMul", List.of("step", "w"), "y")
              .output("y", "batch", "2")
              .classifier();
      Tensor x = Tensor.of(new float[] {0.1f, 0.5f, 0.9f}, 1, 3);
      assertThat(gradient(own, x)).containsExactly(0, 6, 0);
      assertThat(gradient(own.with(StraightThrough.IDENTITY), x)).containsExactly(2, 6, 8);
    }
  }

  /** In training, too, where weights are variables. */
  @Test
  void gradientsPassUnderOtherWeights() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier passing = thresholding("Clip").with(StraightThrough.IDENTITY);
      Tensor x = Tensor.of(new float[] {0.1f, 0.5f, 0.9f}, 1, 3).variable();
      Tensor weights = Tensor.of(new float[] {2, 0, 2, 0, 2, 0}, 3, 2).variable();
      Tensor logits = passing.under(Map.of("w", weights)).logits(x);
      assertThat(Gradients.of(logits, x).toFloats()).containsExactly(5, 5, 5);
    }
  }

  /** The backward pass of a rectifier behind weights is the net's own. */
  @Test
  void whatSaturatesBehindWeightsIsLeftAlone() {
    OnnxClassifier plain =
        new TestGraph()
            .input("x", "batch", "3")
            .floats("w", W, 3, 2)
            .floats("six", new float[] {6})
            .floats("zero", new float[] {0})
            .node("MatMul", List.of("x", "w"), "h")
            .node("Clip", List.of("h", "zero", "six"), "y")
            .output("y", "batch", "2")
            .classifier();
    assertThat(plain.hides(StraightThrough.IDENTITY)).isFalse();
    assertThat(thresholding("Clip").hides(StraightThrough.IDENTITY)).isTrue();
    assertThat(thresholding("Clip").hides(StraightThrough.HARD_TANH)).isFalse();
  }

  @Test
  void aGraphWithoutFlatStepsIsRefused() {
    OnnxClassifier plain = TestGraph.perceptron().classifier();
    assertThatThrownBy(() -> plain.with(StraightThrough.IDENTITY))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no step without a gradient (Round, Floor, Ceil, Sign or a Cast");
  }
}
