package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
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

  @Test
  void aGraphWithoutFlatStepsIsRefused() {
    OnnxClassifier plain = TestGraph.perceptron().classifier();
    assertThatThrownBy(() -> plain.with(StraightThrough.IDENTITY))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no step without a gradient (Round, Floor, Ceil, Sign or a Cast");
  }
}
