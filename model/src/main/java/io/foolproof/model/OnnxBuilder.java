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
import io.foolproof.tensor.RandomStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a network, layer by layer, as an ONNX file with random weights: what is trained here is an
 * ONNX model from its first step on.
 *
 * <p>Images are [N, C, H, W]. Weights are drawn as He, Zhang, Ren, Sun: Delving deep into
 * rectifiers, 2015, arXiv 1502.01852, so that rectified layers keep the variance of what they are
 * given.
 */
public final class OnnxBuilder {
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;
  private static final String INPUT = "input";
  private static final String OUTPUT = "logits";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final long seed;
  private final long[] input;
  private long[] shape;
  private String last = INPUT;
  private int layers;

  /**
   * A network that has no layer yet.
   *
   * @param name what the graph is called
   * @param shape of one image, [C, H, W]
   * @param seed of the weights
   */
  public OnnxBuilder(String name, long[] shape, long seed) {
    this.seed = seed;
    this.input = shape.clone();
    this.shape = shape.clone();
    graph.setName(name);
  }

  /** A convolution that keeps height and width, with an odd kernel. */
  public OnnxBuilder conv(int outputs, int kernel) {
    long channels = shape[0];
    String weight = weight("weight", channels * kernel * kernel, outputs, channels, kernel, kernel);
    add(
        "Conv",
        List.of(weight, zeros("bias", outputs)),
        ints("kernel_shape", kernel, kernel),
        ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));
    shape = new long[] {outputs, shape[1], shape[2]};
    return this;
  }

  /** max(x, 0). */
  public OnnxBuilder relu() {
    add("Relu", List.of());
    return this;
  }

  /** The largest value of each 2 x 2 block; a last odd row or column is dropped. */
  public OnnxBuilder maxPool() {
    add("MaxPool", List.of(), ints("kernel_shape", 2, 2), ints("strides", 2, 2));
    shape = new long[] {shape[0], shape[1] / 2, shape[2] / 2};
    return this;
  }

  /** From [N, C, H, W] to [N, C * H * W]. */
  public OnnxBuilder flatten() {
    add("Flatten", List.of());
    shape = new long[] {Arrays.stream(shape).reduce(1, (a, b) -> a * b)};
    return this;
  }

  /** A fully connected layer. */
  public OnnxBuilder dense(int outputs) {
    String weight = weight("weight", shape[0], outputs, shape[0]);
    AttributeProto transposed =
        AttributeProto.newBuilder()
            .setName("transB")
            .setType(AttributeProto.AttributeType.INT)
            .setI(1)
            .build();
    add("Gemm", List.of(weight, zeros("bias", outputs)), transposed);
    shape = new long[] {outputs};
    return this;
  }

  /** The file, whose output is what the last layer gives. */
  public byte[] build() {
    NodeProto.Builder end = graph.getNodeBuilder(graph.getNodeCount() - 1);
    end.setOutput(0, OUTPUT);
    graph.clearInput().addInput(value(INPUT, input));
    graph.clearOutput().addOutput(value(OUTPUT, shape));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("foolproof")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private void add(String operator, List<String> parameters, AttributeProto... attributes) {
    layers++;
    String output = operator.toLowerCase(java.util.Locale.ROOT) + layers;
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addInput(last)
            .addAllInput(parameters)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    last = output;
  }

  private String weight(String kind, long inputs, long... dims) {
    float[] values = new float[elements(dims)];
    String name = kind + (layers + 1);
    new RandomStream(seed, 0, name, 0).fillGaussian(values, 0, values.length);
    float deviation = (float) Math.sqrt(2.0 / inputs);
    for (int i = 0; i < values.length; i++) {
      values[i] *= deviation;
    }
    return initialiser(name, values, dims);
  }

  private String zeros(String kind, long... dims) {
    return initialiser(kind + (layers + 1), new float[elements(dims)], dims);
  }

  private String initialiser(String name, float[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addAllDims(Arrays.stream(dims).boxed().toList())
            .setRawData(ByteString.copyFrom(bytes)));
    return name;
  }

  private static int elements(long[] dims) {
    return Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact));
  }

  private static AttributeProto ints(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  /** A value of any batch size and this shape. */
  private static ValueInfoProto value(String name, long[] shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (long size : shape) {
      dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(dims)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
