package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs written for one batch size, or for none, take batches; ONNX Runtime agrees. */
class OnnxBatchTest {
  private static final float[] IMAGES = {1, 2, 3, 4, 5, 6, -1, 0, 1, 2, -2, 3};

  private final Path folder;

  OnnxBatchTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static TestGraph layer(TestGraph graph, String rows) {
    return graph
        .random("w", 1, 4, 3)
        .node("MatMul", List.of("flat", "w"), "y")
        .output("y", rows, "3");
  }

  private void check(TestGraph graph, long... shape) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), graph.bytes());
    try (Scope scope = Scope.open();
        OnnxClassifier classifier = OnnxClassifier.load(file);
        OnnxRuntimeClassifier other = OnnxRuntimeClassifier.load(file)) {
      assertThat(classifier.input().shape()).isEqualTo(shape);
      Tensor images = Tensor.of(IMAGES, classifier.input().batchShape(3)).variable();
      Tensor logits = classifier.logits(images);
      Tensor expected = other.logits(images);
      assertThat(logits.shape()).containsExactly(3, 3);
      assertThat(logits.sub(expected).abs().max(false, 0, 1).item()).isLessThan(1e-5);
      assertThat(Gradients.of(logits, images).toFloats()).isNotEqualTo(new float[12]);
      assertThat(other.classes()).isEqualTo(3);
    }
  }

  @Test
  void aReshapeThatNamesTheBatchTakesAny() throws IOException {
    TestGraph graph = new TestGraph().input("x", "1", "2", "2").integers("s", 1, 4);
    check(layer(graph.node("Reshape", List.of("x", "s"), "flat"), "1"), 2, 2);
    graph = new TestGraph().input("x", "1", "2", "2").integers("s", 1, -1);
    check(layer(graph.node("Reshape", List.of("x", "s"), "flat"), "1"), 2, 2);
  }

  @Test
  void aFlattenOfEverythingKeepsTheSamplesApart() throws IOException {
    TestGraph graph = new TestGraph().input("x", "1", "2", "2");
    check(layer(graph.node("Flatten", List.of("x"), "flat", attribute("axis", 0)), "1"), 2, 2);
  }

  @Test
  void aLargerFixedBatchTakesAny() throws IOException {
    TestGraph graph = new TestGraph().input("x", "5", "2", "2").integers("s", 5, 4);
    check(layer(graph.node("Reshape", List.of("x", "s"), "flat"), "5"), 2, 2);
  }

  @Test
  void aGraphWithoutABatchRunsOneByOne() throws IOException {
    TestGraph graph = new TestGraph().input("x", "2", "2").integers("s", 1, 4);
    check(layer(graph.node("Reshape", List.of("x", "s"), "flat"), "1"), 2, 2);
    TestGraph vector = new TestGraph().input("x", "4").random("w", 1, 4, 3);
    check(vector.node("MatMul", List.of("x", "w"), "y").output("y", "3"), 4);
  }

  @Test
  void probabilitiesOfOnnxRuntimeHaveTheSamePrediction() throws IOException {
    TestGraph graph = layer(new TestGraph().input("flat", "batch", "4"), "batch");
    graph.graph.clearOutput();
    graph.node("Softmax", List.of("y"), "p").output("p", "batch", "3");
    Path file = Files.write(folder.resolve("model.onnx"), graph.bytes());
    try (Scope scope = Scope.open();
        OnnxClassifier classifier = OnnxClassifier.load(file);
        OnnxRuntimeClassifier other = OnnxRuntimeClassifier.load(file)) {
      Tensor images = Tensor.of(IMAGES, 3, 4);
      assertThat(other.logits(images).argmax(1).toLongs())
          .isEqualTo(classifier.logits(images).argmax(1).toLongs());
    }
  }
}
