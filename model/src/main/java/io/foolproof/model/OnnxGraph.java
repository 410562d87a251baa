package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Writes an ONNX graph, operator by operator: for models that are no stack of layers, which {@link
 * OnnxBuilder} writes. Values are named; a node gives the name of what it computes.
 *
 * <p>Images enter as [N, C, H, W]. What is learned from data is a {@link #weight}, all else a
 * {@link #constant}: training moves the first and leaves the second.
 */
public final class OnnxGraph {
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;
  private static final String INPUT = "input";
  private static final String OUTPUT = "logits";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private long weights;
  private int names;

  /**
   * A graph without nodes.
   *
   * @param name of the graph
   * @param shape of one image, [C, H, W]
   */
  public OnnxGraph(String name, long[] shape) {
    graph.setName(name).addInput(value(INPUT, shape));
  }

  /** The images: [N, C, H, W]. */
  public String images() {
    return INPUT;
  }

  /** The images as rows of pixels: [N, C * H * W]. */
  public String pixels() {
    return node("Flatten", Map.of(), INPUT);
  }

  /** Values that are learned from data. */
  public String weight(float[] values, long... shape) {
    String name = name("weight");
    weights += values.length;
    graph.addInitializer(tensor(values, shape).setName(name));
    return name;
  }

  /** Values that are not. */
  public String constant(float[] values, long... shape) {
    return constant(tensor(values, shape));
  }

  /** Whole numbers, such as a shape or axes: [values]. */
  public String wholeNumbers(long... values) {
    return constant(
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length)
            .addAllInt64Data(LongStream.of(values).boxed().toList()));
  }

  private String constant(TensorProto.Builder values) {
    String name = name("constant");
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Constant")
            .setName(name)
            .addOutput(name)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(values)));
    return name;
  }

  /**
   * An operator with one output.
   *
   * @param attributes by name: Long, Float, or long[] each
   */
  public String node(String operator, Map<String, Object> attributes, String... inputs) {
    return nodes(operator, 1, attributes, inputs).get(0);
  }

  /** An operator with several outputs. */
  public List<String> nodes(
      String operator, int outputs, Map<String, Object> attributes, String... inputs) {
    String name = name(operator.toLowerCase(java.util.Locale.ROOT));
    List<String> values = new ArrayList<>();
    for (int k = 0; k < outputs; k++) {
      values.add(outputs == 1 ? name : name + "_" + k);
    }
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(List.of(inputs))
            .addAllOutput(values);
    attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> node.addAttribute(attribute(entry.getKey(), entry.getValue())));
    graph.addNode(node);
    return Collections.unmodifiableList(values);
  }

  /** x W' + b for rows x: [N, outputs]; W is [outputs, inputs]. */
  public String affine(String rows, String matrix, String bias) {
    return node("Gemm", Map.of("transB", 1L), rows, matrix, bias);
  }

  /** How many numbers the weights have. */
  public long weights() {
    return weights;
  }

  /**
   * The file of this graph, which may go on growing.
   *
   * @param logits the value that it puts out: [N, classes]
   */
  public byte[] build(String logits, int classes) {
    GraphProto.Builder whole = graph.build().toBuilder();
    whole.addNode(NodeProto.newBuilder().setOpType("Identity").addInput(logits).addOutput(OUTPUT));
    whole.addOutput(value(OUTPUT, classes));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("foolproof")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(whole)
        .build()
        .toByteArray();
  }

  private String name(String kind) {
    return kind + ++names;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long whole) {
      return attribute.setType(AttributeProto.AttributeType.INT).setI(whole).build();
    }
    if (value instanceof Float real) {
      return attribute.setType(AttributeProto.AttributeType.FLOAT).setF(real).build();
    }
    return attribute
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of((long[]) value).boxed().toList())
        .build();
  }

  private static TensorProto.Builder tensor(float[] values, long... shape) {
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (elements != values.length) {
      throw new IllegalArgumentException(
          values.length + " values for the shape " + Arrays.toString(shape));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addAllDims(Arrays.stream(shape).boxed().toList())
        .setRawData(ByteString.copyFrom(bytes));
  }

  /** A value of any batch size and this shape. */
  private static ValueInfoProto value(String name, long... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (long size : shape) {
      dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dims)))
        .build();
  }
}
