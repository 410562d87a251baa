package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Models that draw their answers, as after defenses by noise. */
class ChanceTest {
  private static final int MANY = 4000;

  /** Two classes whose scores are the input plus what the operator draws. */
  private static TestGraph graph(String type) {
    TestGraph graph = new TestGraph().input("x", "batch", "2").output("y", "batch", "2");
    if (type.endsWith("Like") || type.equals("Bernoulli")) {
      graph.node(type, List.of("x"), "drawn");
    } else {
      graph.node(type, List.of(), "drawn", attribute("shape", new long[] {1, 2}));
    }
    return graph.node("Add", List.of("x", "drawn"), "y");
  }

  private static double[] drawn(TestGraph graph) {
    try (Scope scope = Scope.open()) {
      OnnxClassifier model = graph.classifier();
      Tensor x = Tensor.of(new float[2 * MANY], MANY, 2).add(0.25);
      return model.logits(x).sub(x).toDoubles();
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  @Test
  void drawsHaveTheMomentsThatTheSpecificationSays() {
    double[] normal = drawn(graph("RandomNormalLike"));
    assertThat(mean(normal)).isCloseTo(0, within(0.06));
    assertThat(variance(normal)).isCloseTo(1, within(0.1));
    double[] uniform = drawn(graph("RandomUniformLike"));
    assertThat(mean(uniform)).isCloseTo(0.5, within(0.02));
    assertThat(variance(uniform)).isCloseTo(1 / 12.0, within(0.01));
    double[] coins = drawn(graph("Bernoulli"));
    assertThat(coins).containsOnly(0, 1);
    assertThat(mean(coins)).isCloseTo(0.25, within(0.03));
  }

  @Test
  void everyCallDrawsAnewAndNothingIsFolded() {
    for (String type : List.of("RandomNormal", "RandomUniform", "RandomNormalLike")) {
      try (Scope scope = Scope.open()) {
        OnnxClassifier model = graph(type).classifier();
        Tensor x = Tensor.of(new float[] {0.5f, 0.5f}, 1, 2);
        assertThat(model.logits(x).toFloats()).as(type).isNotEqualTo(model.logits(x).toFloats());
      }
    }
  }

  @Test
  void attributesCount() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "2")
            .node(
                "RandomNormalLike",
                List.of("x"),
                "drawn",
                attribute("mean", 5f),
                attribute("scale", 0.1f),
                attribute("seed", 3f))
            .node("Add", List.of("x", "drawn"), "y")
            .output("y", "batch", "2");
    double[] drawn = drawn(graph);
    assertThat(mean(drawn)).isCloseTo(5, within(0.01));
    assertThat(variance(drawn)).isCloseTo(0.01, within(0.002));
    assertThatThrownBy(
            () ->
                new TestGraph()
                    .input("x", "batch", "2")
                    .node("RandomNormal", List.of(), "drawn")
                    .node("Add", List.of("x", "drawn"), "y")
                    .output("y", "batch", "2")
                    .classifier())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("attribute shape is missing");
  }
}
