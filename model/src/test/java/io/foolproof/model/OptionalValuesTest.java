package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionalValuesTest {

  /** With a nameless bias, ONNX Runtime ends the process. */
  @Test
  void aNormalisationWithoutBiasRunsInBothRuntimes() {
    TestGraph graph = new TestGraph().input("x", "batch", "2", "6", "6").random("w", 1, 6);
    graph.node("LayerNormalization", List.of("x", "w", ""), "v");
    graph.node("Flatten", List.of("v"), "y").output("y", "batch", "72");
    OnnxModel model = OnnxModel.of(graph.bytes(), "nameless");
    try (Scope scope = Scope.open();
        OnnxClassifier engine = OnnxClassifier.of(model);
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(engine)) {
      Tensor images = Tensor.full(0.5, DType.FLOAT32, 1, 2, 6, 6);
      double[] expected = engine.logits(images).toDoubles();
      assertThat(runtime.logits(images).toDoubles()).containsExactly(expected, within(1e-5));
    }
  }

  @Test
  void onlyTheLastNamelessOnesAreDropped() {
    GraphProto graph =
        new TestGraph().node("Clip", List.of("x", "", "high"), "y").model().getGraph();
    assertThat(OptionalValues.trimmed(graph)).isSameAs(graph);
    GraphProto longer =
        graph.toBuilder()
            .setNode(0, graph.getNode(0).toBuilder().addInput("").addInput("").addOutput(""))
            .build();
    assertThat(OptionalValues.trimmed(longer)).isEqualTo(graph);
    GraphProto.Builder around =
        new TestGraph().node("If", List.of("c"), "z").model().getGraph().toBuilder();
    around.getNodeBuilder(0).addAttributeBuilder().setName("then_branch").setG(longer);
    assertThat(OptionalValues.trimmed(around.build()).getNode(0).getAttribute(0).getG())
        .isEqualTo(graph);
  }
}
