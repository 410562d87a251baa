package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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

  private static Tensor images(int count) {
    return Tensor.of(new float[2 * count], count, 2).add(0.25);
  }

  private static RandomStream stream() {
    return new RandomStream(5, 3, "test", 0);
  }

  @Test
  void theSameStreamGivesTheSameAnswers() {
    for (String type : List.of("RandomNormal", "RandomUniformLike", "Bernoulli")) {
      try (Scope scope = Scope.open()) {
        OnnxClassifier model = graph(type).classifier();
        assertThat(model.drawsAtRandom()).isTrue();
        OnnxClassifier first = model.drawing(stream());
        OnnxClassifier second = model.drawing(stream());
        float[] once = first.logits(images(40)).toFloats();
        assertThat(second.logits(images(40)).toFloats()).as(type).isEqualTo(once);
        assertThat(second.logits(images(40)).toFloats()).as(type).isNotEqualTo(once);
        assertThat(second).isEqualTo(model).hasSameHashCodeAs(model);
      }
    }
  }

  /** Also where the graph draws one tensor for the whole batch. */
  @Test
  void everySampleOfABatchHasRandomNumbersOfItsOwn() {
    for (String type : List.of("RandomNormal", "RandomNormalLike")) {
      try (Scope scope = Scope.open()) {
        float[] all = graph(type).classifier().logits(images(30)).toFloats();
        assertThat(IntStream.range(0, 60).mapToObj(i -> all[i]).distinct()).as(type).hasSize(60);
      }
    }
  }

  private static TestGraph dropout(float ratio, float training) {
    return new TestGraph()
        .input("x", "batch", "2")
        .floats("ratio", new float[] {ratio})
        .floats("mode", new float[] {training})
        .node("Dropout", List.of("x", "ratio", "mode"), "y")
        .output("y", "batch", "2");
  }

  @Test
  void dropoutInTrainingModeDrops() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier model = dropout(0.2f, 1).classifier();
      assertThat(model.drawsAtRandom()).isTrue();
      double[] values = model.logits(images(MANY)).toDoubles();
      assertThat(Arrays.stream(values).filter(v -> v != 0)).allMatch(v -> v == 0.3125);
      assertThat(mean(values)).isCloseTo(0.25, within(0.01));
      assertThat(dropout(0.2f, 0).classifier().drawsAtRandom()).isFalse();
      assertThat(dropout(0, 1).classifier().drawsAtRandom()).isFalse();
    }
  }

  @Test
  void classesAreDrawnWithTheirProbabilities() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "2")
            .floats("tilt", new float[] {0, (float) Math.log(3)}, 2)
            .node("Add", List.of("x", "tilt"), "scores")
            .node("Multinomial", List.of("scores"), "drawn", attribute("sample_size", 2))
            .node("Cast", List.of("drawn"), "y", attribute("to", 1))
            .output("y", "batch", "2");
    try (Scope scope = Scope.open()) {
      double[] classes = graph.classifier().logits(images(MANY)).toDoubles();
      assertThat(classes).containsOnly(0, 1);
      assertThat(mean(classes)).isCloseTo(0.75, within(0.02));
    }
  }
}
