package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Quantised networks of the three kinds that quantisers write: their logits and gradients. */
class QuantisedClassifierTest {
  private static final int FLOAT = 1;
  private static final int INT8 = 3;
  private static final int INT32 = 6;
  private static final int UINT8 = 2;

  /** What is added to a graph so that a layer is a quantised one. */
  private static TestGraph constants(TestGraph graph) {
    scalar(graph, "sx", 1 / 255f);
    scalar(graph, "sw", 0.01f);
    scalar(graph, "sh", 0.02f);
    scalar(graph, "sy", 0.05f);
    bytes(graph, "zx", UINT8, new long[0], 0);
    bytes(graph, "zw", INT8, new long[0], 0);
    bytes(graph, "zh", UINT8, new long[0], 100);
    bytes(graph, "zy", UINT8, new long[0], 128);
    bytes(graph, "w", INT8, new long[] {5, 4}, random(20, 60));
    bytes(graph, "k", INT8, new long[] {5, 1, 2, 2}, random(20, 60));
    bytes(graph, "v", INT8, new long[] {5, 3}, random(15, 60));
    return graph;
  }

  private static int[] random(int count, int most) {
    float[] values = SingleNode.random(count, most, count).toFloats();
    int[] rounded = new int[count];
    Arrays.setAll(rounded, i -> Math.round(values[i]));
    return rounded;
  }

  private static void scalar(TestGraph graph, String name, float value) {
    graph.floats(name, new float[] {value});
  }

  private static void bytes(TestGraph graph, String name, int type, long[] shape, int... values) {
    byte[] raw = new byte[values.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) values[i];
    }
    graph.graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(raw)));
  }

  /** QuantizeLinear and DequantizeLinear around layers of real numbers. */
  private static TestGraph fake() {
    return constants(new TestGraph())
        .input("x", "batch", "1", "3", "3")
        .node("QuantizeLinear", List.of("x", "sx", "zx"), "xq")
        .node("DequantizeLinear", List.of("xq", "sx", "zx"), "xd")
        .node("DequantizeLinear", List.of("k", "sw", "zw"), "kd")
        .node("Conv", List.of("xd", "kd"), "h")
        .node("QuantizeLinear", List.of("h", "sh", "zh"), "hq")
        .node("MaxPool", List.of("hq"), "hp", attribute("kernel_shape", new long[] {2, 2}))
        .node("Flatten", List.of("hp"), "hf")
        .node("DequantizeLinear", List.of("hf", "sh", "zh"), "hd")
        .node("DequantizeLinear", List.of("v", "sw", "zw"), "vd")
        .node("MatMul", List.of("hd", "vd"), "y")
        .output("y", "batch", "3");
  }

  /** Layers of integers. */
  private static TestGraph whole() {
    return constants(new TestGraph())
        .input("x", "batch", "1", "3", "3")
        .node("QuantizeLinear", List.of("x", "sx", "zx"), "xq")
        .node("QLinearConv", List.of("xq", "sx", "zx", "k", "sw", "zw", "sh", "zh"), "hq")
        .node("MaxPool", List.of("hq"), "hp", attribute("kernel_shape", new long[] {2, 2}))
        .node("Flatten", List.of("hp"), "hf")
        .node("QLinearMatMul", List.of("hf", "sh", "zh", "v", "sw", "zw", "sy", "zy"), "yq")
        .node("DequantizeLinear", List.of("yq", "sy", "zy"), "y")
        .output("y", "batch", "3");
  }

  /** Ranges found when the model runs, and a bias of integers on the way. */
  private static TestGraph dynamic() {
    TestGraph graph =
        constants(new TestGraph())
            .input("x", "batch", "1", "3", "3")
            .node("Flatten", List.of("x"), "flat");
    bytes(graph, "m", INT8, new long[] {9, 3}, random(27, 60));
    graph.graph.addInitializer(
        TensorProto.newBuilder()
            .setName("b")
            .setDataType(INT32)
            .addDims(3)
            .addAllInt32Data(List.of(1000, -2000, 3000)));
    graph.graph.addNode(
        ai.onnx.proto.OnnxMl.NodeProto.newBuilder()
            .setOpType("DynamicQuantizeLinear")
            .addInput("flat")
            .addAllOutput(List.of("xq", "s", "z")));
    return graph
        .node("MatMulInteger", List.of("xq", "m", "z", "zw"), "sums")
        .node("Add", List.of("sums", "b"), "biased")
        .node("Cast", List.of("biased"), "real", attribute("to", FLOAT))
        .node("Mul", List.of("real", "s"), "half")
        .node("Mul", List.of("half", "sw"), "y")
        .output("y", "batch", "3");
  }

  private static Tensor images(int count) {
    return SingleNode.random(count, 0.5, count, 1, 3, 3).add(0.5);
  }

  private static void compare(TestGraph graph, int mostOthers, double most) {
    try (Scope scope = Scope.open()) {
      OnnxClassifier own = graph.classifier();
      Tensor images = images(50);
      float[] expected = OnnxRuntimeClassifier.of(own).logits(images).toFloats();
      float[] found = own.logits(images).toFloats();
      int others = 0;
      for (int i = 0; i < found.length; i++) {
        others += Math.abs(found[i] - expected[i]) > 1e-5 ? 1 : 0;
        assertThat((double) found[i]).isCloseTo(expected[i], Offset.offset(most));
      }
      assertThat(others).isLessThanOrEqualTo(mostOthers);
    }
  }

  @Test
  void logitsAreThoseOfOnnxRuntime() {
    compare(whole(), 0, 1e-5);
    compare(dynamic(), 0, 1e-5);
  }

  /** ONNX Runtime joins layers of real numbers to layers of integers, which round ties anew. */
  @Test
  void logitsOfRealLayersDifferByAStepAtTies() {
    compare(fake(), 5, 0.02 * 0.6);
  }

  /** The layers without any rounding: their gradient is that of the quantised ones. */
  private static float[] expectedGradient(Tensor images, Tensor weight, boolean convolution) {
    Tensor x = images.variable();
    TestGraph real = new TestGraph().input("x", "batch", "1", "3", "3");
    if (convolution) {
      real.floats("k", scaled(random(20, 60)), 5, 1, 2, 2)
          .floats("v", scaled(random(15, 60)), 5, 3)
          .node("Conv", List.of("x", "k"), "h")
          .node("MaxPool", List.of("h"), "p", attribute("kernel_shape", new long[] {2, 2}))
          .node("Flatten", List.of("p"), "f")
          .node("MatMul", List.of("f", "v"), "y");
    } else {
      real.floats("m", scaled(random(27, 60)), 9, 3)
          .node("Flatten", List.of("x"), "f")
          .node("MatMul", List.of("f", "m"), "y");
    }
    OnnxClassifier classifier = real.output("y", "batch", "3").classifier();
    return Gradients.of(classifier.logits(x).mul(weight).sum(), x).toFloats();
  }

  private static float[] scaled(int[] integers) {
    float[] values = new float[integers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = integers[i] * 0.01f;
    }
    return values;
  }

  @Test
  void gradientsAreThoseOfTheLayersWithoutRounding() {
    for (TestGraph graph : List.of(fake(), whole(), dynamic())) {
      try (Scope scope = Scope.open()) {
        OnnxClassifier own = graph.classifier();
        // Multiples of 1/255, so that rounding changes no image, and no pool's choice.
        Tensor images = images(8).mul(255).round().div(255);
        Tensor x = images.variable();
        Tensor weight = SingleNode.random(3, 1, 8, 3);
        float[] found = Gradients.of(own.logits(x).mul(weight).sum(), x).toFloats();
        boolean convolution = graph.graph.getNode(0).getOpType().equals("QuantizeLinear");
        float[] expected = expectedGradient(images, weight, convolution);
        int same = 0;
        for (int i = 0; i < found.length; i++) {
          same += Math.abs(found[i] - expected[i]) < 1e-4 ? 1 : 0;
        }
        // Rounding makes ties in a pool, where another place may be the largest.
        assertThat(same).isGreaterThanOrEqualTo(convolution ? 60 : 72);
      }
    }
  }

  @Test
  void whatSaturatesHasNoGradient() {
    TestGraph graph = new TestGraph().input("x", "batch", "2");
    scalar(graph, "s", 1 / 255f);
    bytes(graph, "z", UINT8, new long[0], 0);
    OnnxClassifier own =
        graph
            .floats("twice", new float[] {2}, 1)
            .node("Mul", List.of("x", "twice"), "wide")
            .node("QuantizeLinear", List.of("wide", "s", "z"), "q")
            .node("DequantizeLinear", List.of("q", "s", "z"), "y")
            .output("y", "batch", "2")
            .classifier();
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {0.25f, 0.75f}, 1, 2).variable();
      assertThat(Gradients.of(own.logits(x).sum(), x).toFloats()).containsExactly(2, 0);
    }
  }

  @Test
  void aDynamicRangeIsThatOfTheSampleAlone() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier own = dynamic().classifier();
      Tensor images = images(20);
      float[] together = own.logits(images).toFloats();
      for (int i = 0; i < 20; i++) {
        assertThat(own.logits(images.rows(i, i + 1)).toFloats())
            .containsExactly(Arrays.copyOfRange(together, 3 * i, 3 * i + 3));
      }
    }
  }

  @Test
  void aReportSaysThatItIsQuantised() {
    assertThat(whole().classifier().origin().notes())
        .singleElement()
        .asString()
        .contains("quantised integers", "straight-through");
    assertThat(TestGraph.perceptron().classifier().origin().notes()).isEmpty();
  }

  @Test
  void weightsThatAreStoredAsIntegersAreNoQuantisedModel() {
    TestGraph graph =
        constants(new TestGraph())
            .input("x", "batch", "5")
            .node("DequantizeLinear", List.of("v", "sw", "zw"), "vd")
            .node("MatMul", List.of("x", "vd"), "y")
            .output("y", "batch", "3");
    assertThat(graph.classifier().origin().notes()).isEmpty();
  }

  /** The values between two layers are integers to anything that asks for them. */
  @Test
  void activationsAreIntegers() {
    try (Scope scope = Scope.open()) {
      Tensor hidden = whole().classifier().activation("hq", images(2));
      assertThat(hidden.dtype()).isEqualTo(DType.UINT8);
    }
  }
}
