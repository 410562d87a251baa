package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Builds small ONNX models for tests. */
public final class TestGraph {
  final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private static final String CLASSICAL = "ai.onnx.ml";

  private long opset = 17;

  public TestGraph opset(long version) {
    opset = version;
    return this;
  }

  /** An input of 32-bit floats; sizes that are no numbers are symbols. */
  public TestGraph input(String name, String... sizes) {
    graph.addInput(value(name, TensorProto.DataType.FLOAT, sizes));
    return this;
  }

  public TestGraph output(String name, String... sizes) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, sizes));
    return this;
  }

  /** An input or output of any tensor type. */
  public TestGraph input(String name, TensorProto.DataType type, String... sizes) {
    graph.addInput(value(name, type, sizes));
    return this;
  }

  public TestGraph output(String name, TensorProto.DataType type, String... sizes) {
    graph.addOutput(value(name, type, sizes));
    return this;
  }

  /** An output of one map a sample, from classes to probabilities: what a ZipMap makes. */
  public TestGraph outputOfMaps(String name, TensorProto.DataType keys) {
    TypeProto number =
        TypeProto.newBuilder()
            .setTensorType(
                TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE))
            .build();
    TypeProto map =
        TypeProto.newBuilder()
            .setMapType(
                TypeProto.Map.newBuilder().setKeyType(keys.getNumber()).setValueType(number))
            .build();
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(
                TypeProto.newBuilder()
                    .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(map))));
    return this;
  }

  static ValueInfoProto value(String name, TensorProto.DataType type, String... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String size : sizes) {
      if (Character.isDigit(size.charAt(0)) || size.charAt(0) == '-') {
        shape.addDimBuilder().setDimValue(Long.parseLong(size));
      } else {
        shape.addDimBuilder().setDimParam(size);
      }
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** An initial value of 32-bit floats. */
  public TestGraph floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(bytes)));
    return this;
  }

  /** An initial value of random 32-bit floats around 0. */
  public TestGraph random(String name, double scale, long... shape) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-scale, scale);
    }
    return floats(name, values, shape);
  }

  /** An initial vector of 64-bit integers. */
  public TestGraph integers(String name, long... values) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length)
            .addAllInt64Data(Arrays.stream(values).boxed().toList()));
    return this;
  }

  /** An initial vector of texts. */
  public TestGraph texts(String name, List<String> values) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.STRING_VALUE)
            .addDims(values.size())
            .addAllStringData(values.stream().map(ByteString::copyFromUtf8).toList()));
    return this;
  }

  public TestGraph node(
      String type, List<String> inputs, String output, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(type + " of " + output)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  /** A node of ONNX's domain for classical learning. */
  public TestGraph classical(
      String type, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(type + " of " + outputs)
            .setDomain(CLASSICAL)
            .setOpType(type)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  public static AttributeProto attribute(String name, float... values) {
    AttributeProto.Builder floats =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOATS);
    for (float value : values) {
      floats.addFloats(value);
    }
    return floats.build();
  }

  public static AttributeProto attribute(String name, List<String> values) {
    AttributeProto.Builder texts =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.STRINGS);
    values.forEach(value -> texts.addStrings(ByteString.copyFromUtf8(value)));
    return texts.build();
  }

  public static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  public static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  public static AttributeProto attribute(String name, long[] values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  public static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(CLASSICAL).setVersion(3))
        .setGraph(graph)
        .build();
  }

  public byte[] bytes() {
    return model().toByteArray();
  }

  OnnxModel read() {
    return OnnxModel.of(bytes(), "test.onnx");
  }

  public OnnxClassifier classifier() {
    return OnnxClassifier.of(read());
  }

  /** Three inputs, two layers, four classes. */
  public static TestGraph perceptron() {
    return new TestGraph()
        .input("x", "batch", "3")
        .random("w1", 1, 5, 3)
        .random("b1", 1, 5)
        .random("w2", 1, 5, 4)
        .random("b2", 1, 4)
        .node("Gemm", List.of("x", "w1", "b1"), "hidden", attribute("transB", 1))
        .node("Relu", List.of("hidden"), "active")
        .node("Gemm", List.of("active", "w2", "b2"), "y")
        .output("y", "batch", "4");
  }

  /** Images [2, 9, 9], two convolutions, a pool and a layer, seven classes. */
  public static TestGraph convolutional() {
    return new TestGraph()
        .input("x", "batch", "2", "9", "9")
        .random("k1", 0.5, 8, 2, 3, 3)
        .random("c1", 0.5, 8)
        .random("k2", 0.5, 10, 8, 2, 2)
        .random("w", 0.5, 90, 7)
        .node("Conv", List.of("x", "k1", "c1"), "a", attribute("pads", new long[] {1, 1, 1, 1}))
        .node("Relu", List.of("a"), "b")
        .node("Conv", List.of("b", "k2"), "c", attribute("pads", new long[] {0, 0, 1, 1}))
        .node(
            "MaxPool",
            List.of("c"),
            "d",
            attribute("kernel_shape", new long[] {3, 3}),
            attribute("strides", new long[] {3, 3}))
        .node("Flatten", List.of("d"), "e")
        .node("MatMul", List.of("e", "w"), "y")
        .output("y", "batch", "7");
  }
}
