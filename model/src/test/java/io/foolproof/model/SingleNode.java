package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** A model of one node, run by the engine and by ONNX Runtime, whose results are compared. */
final class SingleNode {
  private final NodeProto.Builder node;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("one");
  private final Map<String, Tensor> given = new LinkedHashMap<>();
  private final String domain;
  private final long opset;

  private SingleNode(String domain, String type, long opset) {
    this.domain = domain;
    this.opset = opset;
    this.node = NodeProto.newBuilder().setName("node").setDomain(domain).setOpType(type);
  }

  static SingleNode of(String type, long opset) {
    return new SingleNode("", type, opset);
  }

  static SingleNode microsoft(String type) {
    return new SingleNode("com.microsoft", type, 17);
  }

  static SingleNode classical(String type) {
    return new SingleNode("ai.onnx.ml", type, 17);
  }

  /** An input that is given when the model runs. */
  SingleNode input(Tensor value) {
    String name = "x" + node.getInputCount();
    given.put(name, value);
    node.addInput(name);
    graph.addInput(info(name, value));
    return this;
  }

  /** An input that the file gives. */
  SingleNode constant(Tensor value) {
    String name = "c" + node.getInputCount();
    node.addInput(name);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type(value.dtype()))
            .addAllDims(Arrays.stream(value.shape()).boxed().toList())
            .setRawData(ByteString.copyFrom(bytes(value))));
    return this;
  }

  /** An optional input that is left out. */
  SingleNode none() {
    node.addInput("");
    return this;
  }

  SingleNode with(AttributeProto... attributes) {
    node.addAllAttribute(List.of(attributes));
    return this;
  }

  SingleNode outputs(int count) {
    for (int i = 0; i < count; i++) {
      node.addOutput("y" + i);
      graph.addOutput(ValueInfoProto.newBuilder().setName("y" + i));
    }
    return this;
  }

  static AttributeProto numbers(String name, float... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
    for (float value : values) {
      attribute.addFloats(value);
    }
    return attribute.build();
  }

  static AttributeProto texts(String name, String... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
    for (String value : values) {
      attribute.addStrings(ByteString.copyFromUtf8(value));
    }
    return attribute.build();
  }

  /** 32-bit floats around 0. */
  static Tensor random(long seed, double scale, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-scale, scale);
    }
    return Tensor.of(values, shape);
  }

  /** Integers from a low one to a high one, inclusive. */
  static Tensor integers(long seed, DType type, int low, int high, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] values = new long[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(low, high + 1);
    }
    return Tensor.of(values, shape).to(type);
  }

  ModelProto model() {
    if (node.getOutputCount() == 0) {
      outputs(1);
    }
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(opset > 22 ? 11 : 9)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph.clone().addNode(node));
    if (!domain.isEmpty()) {
      long version = domain.equals("ai.onnx.ml") ? 3 : 1;
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
    }
    return model.build();
  }

  List<Tensor> engine() {
    return engine(given);
  }

  private List<Tensor> engine(Map<String, Tensor> inputs) {
    OnnxModel model = OnnxModel.of(model().toByteArray(), "one.onnx");
    List<String> names = model.outputs().stream().map(io.foolproof.model.OnnxValue::name).toList();
    return OnnxProgram.of(model).run(inputs, names, 1 << 28);
  }

  /** What ONNX Runtime gives, with the node as it is in the file. */
  List<Tensor> runtime() {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    List<OnnxTensor> inputs = new ArrayList<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(1);
      Map<String, OnnxTensor> values = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> entry : given.entrySet()) {
        OnnxTensor tensor = onnx(environment, entry.getValue());
        inputs.add(tensor);
        values.put(entry.getKey(), tensor);
      }
      try (OrtSession session = environment.createSession(model().toByteArray(), options);
          OrtSession.Result result = session.run(values)) {
        List<Tensor> outputs = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
          outputs.add(tensor((OnnxTensor) entry.getValue()));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw new AssertionError(e);
    } finally {
      inputs.forEach(OnnxTensor::close);
    }
  }

  /** Requires that both give the same, to the last bit. */
  void agreesExactly() {
    agrees(0);
  }

  /** Requires that both give the same, to a part of the largest value; integers exactly. */
  void agrees(double tolerance) {
    List<Tensor> expected = runtime();
    List<Tensor> found = engine();
    for (int i = 0; i < expected.size(); i++) {
      Tensor right = expected.get(i);
      Tensor left = found.get(i);
      assertThat(left.dtype()).as("type of output %d of %s", i, node).isEqualTo(right.dtype());
      assertThat(left.shape()).as("shape of output %d of %s", i, node).isEqualTo(right.shape());
      double[] a = left.toDoubles();
      double[] b = right.toDoubles();
      double largest = Arrays.stream(b).map(Math::abs).filter(Double::isFinite).max().orElse(0);
      double allowed = right.dtype().isFloating() ? tolerance * Math.max(largest, 1e-3) : 0;
      for (int j = 0; j < a.length; j++) {
        boolean same = a[j] == b[j] || Math.abs(a[j] - b[j]) <= allowed;
        if (!same && !(Double.isNaN(a[j]) && Double.isNaN(b[j]))) {
          assertThat(a[j]).as("element %d of output %d of %s", j, i, node).isEqualTo(b[j]);
        }
      }
    }
  }

  /**
   * Requires that the gradient of a random combination of the first output by the first input is
   * what finite differences give, both in double precision.
   */
  void hasGradient() {
    Map<String, Tensor> doubles = new LinkedHashMap<>();
    given.forEach(
        (name, value) ->
            doubles.put(name, value.dtype().isFloating() ? value.to(DType.FLOAT64) : value));
    String first = given.keySet().iterator().next();
    Tensor x = Objects.requireNonNull(doubles.get(first)).variable();
    doubles.put(first, x);
    Tensor y = engineInDouble(doubles);
    Tensor weight = random(5, 1, y.shape()).to(DType.FLOAT64);
    double[] gradient = Gradients.of(y.mul(weight).sum(), x).toDoubles();
    double[] values = x.toDoubles();
    double step = 1e-5;
    for (int i = 0; i < values.length; i++) {
      double[] difference = new double[2];
      for (int side = 0; side < 2; side++) {
        double[] moved = values.clone();
        moved[i] += side == 0 ? step : -step;
        doubles.put(first, Tensor.of(moved, x.shape()));
        difference[side] = engineInDouble(doubles).mul(weight).sum().item();
      }
      double expected = (difference[0] - difference[1]) / (2 * step);
      assertThat(gradient[i])
          .as("gradient of %s by element %d", node, i)
          .isCloseTo(
              expected, org.assertj.core.data.Offset.offset(1e-5 * (1 + Math.abs(expected))));
    }
  }

  private Tensor engineInDouble(Map<String, Tensor> inputs) {
    OnnxModel model = OnnxModel.of(model().toByteArray(), "one.onnx");
    OnnxProgram program = OnnxProgram.of(model).as(DType.FLOAT64);
    return program.run(inputs, List.of(model.outputs().get(0).name()), 1 << 28).get(0);
  }

  private static ValueInfoProto info(String name, Tensor value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : value.shape()) {
      shape.addDimBuilder().setDimValue(size);
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type(value.dtype())).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static int type(DType type) {
    return switch (type) {
      case FLOAT32 -> 1;
      case UINT8 -> 2;
      case INT8 -> 3;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case BOOL -> 9;
      case FLOAT16 -> 10;
      case FLOAT64 -> 11;
    };
  }

  private static ByteBuffer bytes(Tensor value) {
    int size = value.dtype().bytes();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.toIntExact(value.elements()) * size)
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (value.dtype()) {
      case FLOAT32 -> bytes.asFloatBuffer().put(value.toFloats());
      case FLOAT64 -> bytes.asDoubleBuffer().put(value.toDoubles());
      case FLOAT16 -> throw new IllegalArgumentException("give 16-bit values as their bits");
      default -> {
        for (long element : value.toLongs()) {
          switch (size) {
            case 1 -> bytes.put((byte) element);
            case 2 -> bytes.putShort((short) element);
            case 4 -> bytes.putInt((int) element);
            default -> bytes.putLong(element);
          }
        }
        bytes.flip();
      }
    }
    return bytes;
  }

  private static OnnxTensor onnx(OrtEnvironment environment, Tensor value) throws OrtException {
    OnnxJavaType type =
        switch (value.dtype()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case FLOAT64 -> OnnxJavaType.DOUBLE;
          case UINT8 -> OnnxJavaType.UINT8;
          case INT8 -> OnnxJavaType.INT8;
          case INT16 -> OnnxJavaType.INT16;
          case INT32 -> OnnxJavaType.INT32;
          case INT64 -> OnnxJavaType.INT64;
          case BOOL -> OnnxJavaType.BOOL;
          case FLOAT16 -> OnnxJavaType.FLOAT16;
        };
    return OnnxTensor.createTensor(
        environment, bytes(value).order(ByteOrder.nativeOrder()), value.shape(), type);
  }

  private static Tensor tensor(OnnxTensor value) {
    DType type =
        switch (value.getInfo().type) {
          case FLOAT -> DType.FLOAT32;
          case DOUBLE -> DType.FLOAT64;
          case UINT8 -> DType.UINT8;
          case INT8 -> DType.INT8;
          case INT16 -> DType.INT16;
          case INT32 -> DType.INT32;
          case INT64 -> DType.INT64;
          case BOOL -> DType.BOOL;
          case FLOAT16 -> DType.FLOAT16;
          default -> throw new AssertionError(value.getInfo().type);
        };
    return Tensor.of(value.getByteBuffer(), type, value.getInfo().getShape());
  }
}
