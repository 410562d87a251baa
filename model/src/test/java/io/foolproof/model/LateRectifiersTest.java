package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LateRectifiersTest {
  private static final List<String> WANTED = List.of("y");
  private static final AttributeProto WINDOW = attribute("kernel_shape", new long[] {2, 2});
  private static final AttributeProto APART = attribute("strides", new long[] {2, 2});

  private static TestGraph graph(AttributeProto... pooling) {
    return new TestGraph()
        .input("x", "batch", "3", "6", "6")
        .node("Relu", List.of("x"), "active")
        .node("MaxPool", List.of("active"), "pooled", pooling)
        .output("y", "batch", "3", "3", "3");
  }

  private static TestGraph plain() {
    return graph(WINDOW, APART).node("Neg", List.of("pooled"), "y");
  }

  private static List<String> types(OnnxProgram program) {
    return program.steps().stream().map(step -> step.node().type()).toList();
  }

  private static Tensor run(OnnxProgram program, Tensor x) {
    return program.run(Map.of("x", x), WANTED, 1_000_000).get(0);
  }

  /** Of few levels, so that windows have several largest values, of either sign and zero. */
  private static Tensor images() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[50 * 3 * 6 * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-3, 3) / 4f;
    }
    return Tensor.of(values, 50, 3, 6, 6);
  }

  @Test
  void valuesAndGradientsAreTheSame() {
    OnnxProgram before = OnnxProgram.of(plain().read());
    OnnxProgram after = LateRectifiers.in(before, WANTED);
    assertThat(types(before)).containsExactly("Relu", "MaxPool", "Neg");
    assertThat(types(after)).containsExactly("MaxPool", "Relu", "Neg");
    try (Scope scope = Scope.open()) {
      Tensor x = images().variable();
      Tensor y = run(before, x);
      Tensor moved = run(after, x);
      assertThat(moved.toFloats()).isEqualTo(y.toFloats());
      float[] gradient = Gradients.of(moved.mul(moved).sub(moved), x).toFloats();
      assertThat(gradient).isEqualTo(Gradients.of(y.mul(y).sub(y), x).toFloats());
      assertThat(gradient).contains(1.5f, 0);
    }
  }

  @Test
  void rectifiersGoBehindAllThatIsInARow() {
    TestGraph graph =
        graph(WINDOW)
            .integers("shape", 0, 3, -1)
            .node("Relu", List.of("pooled"), "again")
            .node("MaxPool", List.of("again"), "smaller", WINDOW, APART)
            .node("Reshape", List.of("smaller", "shape"), "rows")
            .node("Flatten", List.of("rows"), "y");
    OnnxProgram before = OnnxProgram.of(graph.read());
    OnnxProgram after = LateRectifiers.in(before, WANTED);
    assertThat(types(after))
        .containsExactly("MaxPool", "Relu", "MaxPool", "Reshape", "Flatten", "Relu");
    try (Scope scope = Scope.open()) {
      assertThat(run(after, images()).toFloats()).isEqualTo(run(before, images()).toFloats());
    }
  }

  @Test
  void valuesThatOthersTakeOrWantStay() {
    TestGraph taken = graph(WINDOW, APART).node("Concat", List.of("pooled", "active"), "y", axis());
    assertStays(OnnxProgram.of(taken.read()), WANTED);
    assertStays(OnnxProgram.of(plain().read()), List.of("y", "active"));
  }

  private static AttributeProto axis() {
    return attribute("axis", 0);
  }

  @Test
  void windowsThatMayBeFullOfPaddingStay() {
    Stream.of(attribute("pads", new long[] {0, 0, 1, 1}), attribute("auto_pad", "SAME_UPPER"))
        .map(padding -> graph(WINDOW, APART, padding).node("Neg", List.of("pooled"), "y"))
        .forEach(graph -> assertStays(OnnxProgram.of(graph.read()), WANTED));
  }

  private static void assertStays(OnnxProgram program, List<String> wanted) {
    assertThat(types(LateRectifiers.in(program, wanted))).isEqualTo(types(program));
  }
}
