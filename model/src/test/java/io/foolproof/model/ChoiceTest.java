package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** If, where the choice is the same for all images. */
class ChoiceTest {
  private static NodeProto.Builder choice(TestGraph then, TestGraph otherwise) {
    return NodeProto.newBuilder()
        .setName("choice")
        .setOpType("If")
        .addInput("condition")
        .addOutput("y")
        .addAttribute(branch("then_branch", then))
        .addAttribute(branch("else_branch", otherwise));
  }

  private static AttributeProto branch(String name, TestGraph graph) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(graph.graph)
        .build();
  }

  private static TestGraph times(String factor) {
    return new TestGraph()
        .floats(factor + " itself", new float[] {factor.equals("two") ? 2 : 3}, 1)
        .node("Mul", List.of("h", factor + " itself"), factor + " times")
        .node("Add", List.of(factor + " times", "shift"), factor + " result")
        .output(factor + " result");
  }

  /** Twice or three times the first layer, and a shift that both take from outside. */
  private static TestGraph graph(long size) {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .random("w", 1, 3, 4)
            .floats("shift", new float[] {1, 2, 3, 4}, 4)
            .integers("one", 1)
            .integers("expected", size)
            .node("MatMul", List.of("x", "w"), "h")
            .node("Shape", List.of("x"), "shape")
            .node("Gather", List.of("shape", "one"), "columns")
            .node("Equal", List.of("columns", "expected"), "condition")
            .output("y", "batch", "4");
    graph.graph.addNode(choice(times("two"), times("three")));
    return graph;
  }

  @Test
  void theBranchThatASizeChoosesIsRun() {
    for (long size : new long[] {3, 7}) {
      try (Scope scope = Scope.open()) {
        OnnxClassifier own = graph(size).classifier();
        Tensor x = SingleNode.random(1, 0.5, 5, 3).add(0.5);
        assertThat(own.logits(x).toFloats())
            .containsExactly(
                OnnxRuntimeClassifier.of(own).logits(x).toFloats(), Offset.offset(1e-5f));
        Tensor variable = x.variable();
        double gradient = Gradients.of(own.logits(variable).sum(), variable).sum().item();
        double weights = Objects.requireNonNull(own.parameters().get("w")).sum().item();
        assertThat(gradient).isCloseTo((size == 3 ? 2 : 3) * 5 * weights, Offset.offset(1e-3));
      }
    }
  }

  @Test
  void aChoiceByTheImagesIsRefused() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "4")
            .floats("shift", new float[] {1, 2, 3, 4}, 4)
            .floats("half", new float[] {0.5f})
            .node("Identity", List.of("x"), "h")
            .node("ReduceMean", List.of("x"), "mean", attribute("keepdims", 0))
            .node("Less", List.of("mean", "half"), "condition")
            .output("y", "batch", "4");
    graph.graph.addNode(choice(times("two"), times("three")));
    assertThatThrownBy(graph::classifier)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'choice' (If): the condition depends on the images")
        .hasMessageContaining("--attacks black-box");
  }

  @Test
  void operatorsInsideABranchCount() {
    TestGraph graph = graph(3);
    TestGraph odd = times("three").node("Det", List.of("h"), "no");
    graph.graph.removeNode(graph.graph.getNodeCount() - 1).addNode(choice(times("two"), odd));
    assertThat(graph.read().summary().unsupported()).containsExactly("Det");
    assertThat(graph.read().summary().operators()).containsEntry("Mul", 2).containsKey("If");
  }

  @Test
  void aBranchThatTakesWhatNothingMakesIsRefused() {
    TestGraph graph = graph(3);
    TestGraph odd = times("three").node("Neg", List.of("nowhere"), "no");
    graph.graph.removeNode(graph.graph.getNodeCount() - 1).addNode(choice(times("two"), odd));
    assertThatThrownBy(graph::classifier).hasMessageContaining("'nowhere', which nothing makes");
  }

  /** The graphs inside take the image themselves, without it being an input of their node. */
  @Test
  void layersInFrontReachTheGraphsInside() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "4")
            .integers("one", 1)
            .integers("expected", 4)
            .node("Shape", List.of("x"), "shape")
            .node("Gather", List.of("shape", "one"), "columns")
            .node("Equal", List.of("columns", "expected"), "condition")
            .output("y", "batch", "4");
    TestGraph twice =
        new TestGraph()
            .floats("two", new float[] {2}, 1)
            .node("Mul", List.of("x", "two"), "twice")
            .output("twice");
    TestGraph same = new TestGraph().node("Identity", List.of("x"), "same").output("same");
    graph.graph.addNode(choice(twice, same));
    OnnxEditor editor = OnnxEditor.of(graph.read(), new long[] {1, 1, 4}, Preprocessing.NONE);
    editor.inFront("layer", (writer, images) -> writer.mul(images, 5));
    try (OnnxClassifier edited = OnnxClassifier.of(editor.edited());
        Scope scope = Scope.open()) {
      float[] image = {0.1f, 0.2f, 0.3f, 0.4f};
      assertThat(edited.logits(Tensor.of(image, 1, 4)).toFloats())
          .containsExactly(new float[] {1, 2, 3, 4}, Offset.offset(1e-5f));
    }
  }
}
