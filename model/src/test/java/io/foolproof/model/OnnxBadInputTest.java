package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be used is refused in one line that says what is wrong. */
class OnnxBadInputTest {
  private final Path folder;

  OnnxBadInputTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static void refused(ThrowingCallable action, String... parts) {
    assertThatThrownBy(action)
        .isInstanceOf(InvalidInputException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n")
        .hasSizeLessThan(600);
  }

  private void fileRefused(byte[] bytes, String... parts) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), bytes);
    refused(() -> OnnxClassifier.load(file), parts);
    refused(() -> OnnxRuntimeClassifier.load(file), parts);
  }

  /** Its figures would be those of another model, and differ from batch to batch. */
  @Test
  void modelsLeftInTrainingMode() {
    TestGraph norm =
        new TestGraph()
            .input("x", "batch", "3")
            .floats("v", new float[] {1, 1, 1}, 3)
            .node(
                "BatchNormalization",
                List.of("x", "v", "v", "v", "v"),
                "y",
                attribute("training_mode", 1))
            .output("y", "batch", "3");
    refused(norm::classifier, "batch normalisation in training mode is not supported");
  }

  @Test
  void filesThatAreNoModel() throws IOException {
    refused(() -> OnnxModel.read(folder.resolve("none.onnx")), "none.onnx", "no such file");
    refused(() -> OnnxModel.read(folder), "is a folder");
    fileRefused(new byte[0], "model.onnx", "is empty");
    fileRefused("Hello, this is a text.\n".getBytes(StandardCharsets.UTF_8), "not an ONNX model");
    byte[] picture = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H'};
    fileRefused(picture, "not an ONNX model");
    byte[] whole = TestGraph.convolutional().bytes();
    fileRefused(Arrays.copyOf(whole, whole.length / 2), "not an ONNX model");
  }

  @Test
  void graphsThatDoNotHangTogether() throws IOException {
    TestGraph cycle = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    cycle.node("Add", List.of("x", "b"), "a").node("Relu", List.of("a"), "b");
    fileRefused(cycle.node("Relu", List.of("a"), "y").bytes(), "cycle");
    TestGraph dangling = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    fileRefused(dangling.node("Add", List.of("x", "lost"), "y").bytes(), "'lost'", "(Add)");
    TestGraph twice = TestGraph.perceptron().node("Relu", List.of("x"), "hidden");
    fileRefused(twice.bytes(), "'hidden'", "exists already");
    TestGraph noOutput = new TestGraph().input("x", "batch", "3");
    fileRefused(noOutput.node("Relu", List.of("x"), "y").bytes(), "no output");
    TestGraph lostOutput = TestGraph.perceptron().output("z", "batch", "4");
    fileRefused(lostOutput.bytes(), "'z'", "nothing makes");
  }

  @Test
  void nodesOutOfOrderAreSorted() {
    GraphProto.Builder graph = TestGraph.perceptron().graph;
    TestGraph reversed = new TestGraph();
    reversed.graph.mergeFrom(graph.build()).clearNode();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      reversed.graph.addNode(graph.getNode(i));
    }
    try (Scope scope = Scope.open()) {
      Tensor images = Tensor.of(new float[] {1, 2, 3}, 1, 3);
      assertThat(reversed.classifier().logits(images).toFloats())
          .isEqualTo(TestGraph.perceptron().classifier().logits(images).toFloats());
    }
  }

  @Test
  void allUnsupportedOperatorsAreNamedAtOnce() {
    TestGraph graph = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    graph.node("Loop", List.of("x"), "a").node("StringNormalizer", List.of("a"), "b");
    graph.node("Relu", List.of("b"), "c").node("Loop", List.of("c"), "y");
    refused(graph::classifier, "test.onnx", "not supported: Loop, StringNormalizer");
    OnnxSummary summary = graph.read().summary();
    assertThat(summary.unsupported()).containsExactly("Loop", "StringNormalizer");
    assertThat(summary.operators()).containsEntry("Loop", 2).containsEntry("Relu", 1);
    assertThat(summary.opset()).isEqualTo(17);
    assertThat(summary.inputs().get(0)).hasToString("'x' FLOAT [batch, 3]");
  }

  /** Of an operator that is known, a setting or a type is not: ONNX Runtime has it. */
  @Test
  void whatOnnxRuntimeHasIsOfferedWithoutGradients() {
    String offer = "it can be audited without gradients: --attacks black-box";
    TestGraph setting =
        new TestGraph()
            .input("x", "batch", "2")
            .output("y", "batch", "3")
            .classical(
                "LinearClassifier",
                List.of("x"),
                List.of("label", "y"),
                attribute("coefficients", 1, 2, 3, 4, 5, 6),
                attribute("intercepts", 0, 0, 0),
                attribute("classlabels_ints", new long[] {0, 1, 2}),
                attribute("post_transform", "SOFTMAX_ZERO"));
    refused(setting::classifier, "post_transform = SOFTMAX_ZERO is not supported", offer);
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.of(setting.read(), Preprocessing.NONE)) {
      assertThat(runtime.classes()).isEqualTo(3);
    }
    TestGraph type = TestGraph.perceptron().opset(21);
    type.graph.addInitializer(
        TensorProto.newBuilder()
            .setName("zero")
            .setDataType(TensorProto.DataType.UINT16_VALUE)
            .addInt32Data(32768));
    type.floats("scale", new float[] {0.001f});
    type.node("QuantizeLinear", List.of("y", "scale", "zero"), "q");
    type.node("DequantizeLinear", List.of("q", "scale", "zero"), "d");
    type.graph.clearOutput();
    type.output("d", "batch", "4");
    refused(type::classifier, "tensor 'zero' has the unsupported type UINT16", offer);
    assertThat(type.read().summary().parameters()).isEqualTo(3 * 5 + 5 + 5 * 4 + 4 + 1);
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.of(type.read(), Preprocessing.NONE)) {
      assertThat(runtime.classes()).isEqualTo(4);
    }
  }

  /** Data are read as 32-bit numbers, whatever the model takes. */
  @Test
  void whatRoundsDataIsSaid() {
    TestGraph graph =
        new TestGraph()
            .input("x", TensorProto.DataType.DOUBLE, "batch", "3")
            .output("y", TensorProto.DataType.DOUBLE, "batch", "3")
            .node("Neg", List.of("x"), "y");
    String note = "The model takes 64-bit floating-point numbers.";
    assertThat(graph.classifier().origin().notes()).anyMatch(text -> text.startsWith(note));
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.of(graph.read(), Preprocessing.NONE)) {
      assertThat(runtime.origin().notes()).anyMatch(text -> text.startsWith(note));
    }
    assertThat(TestGraph.perceptron().classifier().origin().notes()).isEmpty();
  }

  /** Nothing is offered that ONNX Runtime does not run either. */
  @Test
  void whatNoRuntimeHasIsNotOffered() {
    TestGraph graph = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    graph.node("NoSuchOperator", List.of("x"), "y");
    assertThatThrownBy(graph::classifier).message().doesNotContain("black-box");
  }

  @Test
  void operatorSetsTooNewOrTooOld() {
    refused(() -> TestGraph.perceptron().opset(99).classifier(), "operator set 99", "7 to 25");
    refused(() -> TestGraph.perceptron().opset(3).classifier(), "operator set 3");
  }

  @Test
  void initialValuesOfImpossibleSizes() {
    for (long[] shape : new long[][] {{3, 5}, {1L << 60}, {-4, 4}, {1L << 31, 1L << 31, 8}, {15}}) {
      TestGraph graph = TestGraph.perceptron();
      graph.graph.addInitializer(
          TensorProto.newBuilder()
              .setName("odd")
              .setDataType(TensorProto.DataType.FLOAT_VALUE)
              .addAllDims(Arrays.stream(shape).boxed().toList())
              .setRawData(ByteString.copyFrom(new byte[64])));
      refused(graph::read, "tensor 'odd'");
    }
    TestGraph strings = TestGraph.perceptron();
    strings.graph.addInitializerBuilder().setName("odd").setDataType(8).addDims(1);
    refused(strings::read, "'odd'", "has 0 texts");
  }

  private byte[] withExternal(String location, String offset, String length) {
    TestGraph graph = TestGraph.perceptron();
    TensorProto.Builder weight = graph.graph.getInitializerBuilder(0).clearRawData();
    weight.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    weight.addExternalData(entry("location", location));
    weight.addExternalData(entry("offset", offset)).addExternalData(entry("length", length));
    return graph.bytes();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void externalDataIsReadFromTheModelsFolderOnly() throws IOException {
    Path models = Files.createDirectory(folder.resolve("models"));
    Path outside = Files.write(folder.resolve("secret"), new byte[100]);
    Files.write(models.resolve("weights"), new byte[100]);
    Files.createSymbolicLink(models.resolve("link"), outside);
    Path file = models.resolve("model.onnx");
    Files.write(file, withExternal("weights", "8", "60"));
    assertThat(OnnxClassifier.load(file).classes()).isEqualTo(4);
    byte[] alone = OnnxModel.read(file).withParameters(Map.of());
    assertThat(OnnxClassifier.of(OnnxModel.of(alone, "alone")).classes()).isEqualTo(4);
    for (String location : List.of("../secret", outside.toString(), "link", "a/../../secret", "")) {
      Files.write(file, withExternal(location, "0", "60"));
      refused(() -> OnnxClassifier.load(file), "'w1'", "not inside the model's folder");
    }
    Files.write(file, withExternal("nothing", "0", "60"));
    refused(() -> OnnxClassifier.load(file), "'w1'", "no file nothing");
    for (String[] place : new String[][] {{"41", "60"}, {"0", "59"}, {"-1", "60"}, {"x", "60"}}) {
      Files.write(file, withExternal("weights", place[0], place[1]));
      refused(() -> OnnxClassifier.load(file), "'w1'");
    }
    byte[] bytes = withExternal("weights", "0", "60");
    refused(() -> OnnxModel.of(bytes, "memory"), "in memory");
  }

  @Test
  void attributesThatAreWrong() {
    TestGraph unknown = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    unknown.node("Relu", List.of("x"), "z");
    unknown.node("Softmax", List.of("z"), "y", attribute("twist", 1));
    refused(unknown::classifier, "Softmax", "twist");
    TestGraph type = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    type.node("Flatten", List.of("x"), "y", attribute("axis", "one"));
    refused(type::classifier, "Flatten", "axis", "INT");
    TestGraph twice = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    twice.node("Flatten", List.of("x"), "y", attribute("axis", 1), attribute("axis", 1));
    refused(twice::classifier, "Flatten", "axis", "twice");
    TestGraph nested = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    GraphProto.Builder body = GraphProto.newBuilder();
    for (int i = 0; i < 40; i++) {
      GraphProto inner = body.build();
      body = GraphProto.newBuilder();
      body.addNodeBuilder()
          .setOpType("If")
          .addAttribute(
              AttributeProto.newBuilder().setName("g").setType(AttributeType.GRAPH).setG(inner));
    }
    nested.graph.addNode(body.getNode(0));
    refused(nested::read, "not an ONNX model");
  }

  @Test
  void nodesThatCannotDoTheirWork() {
    TestGraph reshape = new TestGraph().input("x", "batch", "3").output("y", "batch", "4");
    reshape.integers("shape", -1, 4).node("Reshape", List.of("x", "shape"), "y");
    refused(reshape::classifier, "node 'Reshape of y' (Reshape)", "[-1, 4]");
    TestGraph types = new TestGraph().input("x", "batch", "3").output("y", "batch", "2");
    types.integers("w", 1, 2, 3).node("MatMul", List.of("x", "w"), "y");
    refused(types::classifier, "(MatMul)");
    TestGraph missing = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    refused(missing.node("Add", List.of("x"), "y")::classifier, "(Add)", "input 1 is missing");
  }

  @Test
  void resultsBeyondAllMemory() {
    long huge = 1L << 40;
    TestGraph tile = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    refused(tile.integers("n", 1, huge).node("Tile", List.of("x", "n"), "y")::classifier, "(Tile)");
    TestGraph full = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    full.integers("n", huge, huge).node("ConstantOfShape", List.of("n"), "c");
    refused(full.node("Add", List.of("x", "c"), "y")::classifier, "(ConstantOfShape)");
    TestGraph pad = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    pad.integers("n", 0, 0, 0, huge).node("Pad", List.of("x", "n"), "y");
    refused(pad::classifier, "(Pad)");
    TestGraph pool = new TestGraph().input("x", "batch", "1", "3").output("y", "batch", "3");
    pool.node("MaxPool", List.of("x"), "y", attribute("kernel_shape", new long[] {huge}));
    refused(pool::classifier, "(MaxPool)");
    TestGraph outer = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    outer.integers("n", 1 << 20).node("ConstantOfShape", List.of("n"), "row");
    outer.integers("m", 1 << 20, 1).node("Reshape", List.of("row", "m"), "column");
    outer.node("Add", List.of("row", "column"), "square").node("Add", List.of("x", "square"), "y");
    refused(outer::classifier, "(Add)", "2^28");
    TestGraph doubling = new TestGraph().input("x", "batch", "3").output("y60", "batch", "3");
    for (int i = 0; i <= 60; i++) {
      String from = i == 0 ? "x" : "y" + (i - 1);
      doubling.node("Concat", List.of(from, from), "y" + i, attribute("axis", 1));
    }
    refused(doubling::classifier, "(Concat)", "more than");
    TestGraph wide = new TestGraph().input("x", "batch", "1000000000").output("y", "batch", "3");
    refused(wide.node("Relu", List.of("x"), "y")::classifier, "2^24");
  }

  @Test
  void graphsThatAreNoClassifier() {
    TestGraph two = TestGraph.perceptron().input("z", "batch", "3");
    refused(two::classifier, "one input", "'x'", "'z'");
    TestGraph outputs = TestGraph.perceptron().output("hidden", "batch", "5");
    refused(outputs::classifier, "2 outputs", "'hidden'", "--output");
    TestGraph symbolic = new TestGraph().input("x", "batch", "width").output("y", "batch", "3");
    symbolic.node("Relu", List.of("x"), "y");
    refused(symbolic::classifier, "width");
    assertThat(
            OnnxClassifier.forImages(symbolic.read(), new long[] {3}, Preprocessing.NONE).classes())
        .isEqualTo(3);
    refused(
        () -> OnnxClassifier.forImages(symbolic.read(), new long[] {3, 2}, Preprocessing.NONE),
        "[3, 2]");
    TestGraph images = new TestGraph().input("x", "batch", "3", "2").output("y", "batch", "3", "2");
    refused(images.node("Relu", List.of("x"), "y")::classifier, "[N, classes]");
    TestGraph mixing = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    mixing.node("Softmax", List.of("x"), "p", attribute("axis", 0));
    refused(mixing.node("Mul", List.of("p", "p"), "y")::classifier, "batch");
  }
}
