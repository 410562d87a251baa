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
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes a network, layer by layer, as an ONNX file with random weights: what is trained here is an
 * ONNX model from its first step on.
 *
 * <p>Images are [N, C, H, W]. Weights are normal, with the deviation of a {@link Spread}.
 */
public final class OnnxBuilder {
  static final int OPSET = 17;
  private static final int IR_VERSION = 8;
  static final String INPUT = "input";
  static final String OUTPUT = "logits";

  /** How large the first weights are. */
  public enum Spread {
    /**
     * Rectified layers keep the variance of the values that they are given: He, Zhang, Ren, Sun:
     * Delving deep into rectifiers, 2015, arXiv 1502.01852.
     */
    VALUES {
      @Override
      double deviation(long inputs) {
        return Math.sqrt(2.0 / inputs);
      }
    },
    /**
     * They keep the length of the intervals that they are given: Shi, Wang, Zhang, Yi, Hsieh: Fast
     * certified robust training with short warmup, 2021, arXiv 2103.17268, section 4.1.
     */
    INTERVALS {
      @Override
      double deviation(long inputs) {
        return Math.sqrt(2 * Math.PI) / inputs;
      }
    };

    /** The standard deviation of the weights of a layer of so many inputs. */
    abstract double deviation(long inputs);
  }

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final long seed;
  private final Spread spread;
  private final long[] input;
  private long[] shape;
  private String last = INPUT;
  private int layers;
  private int constants;

  /**
   * A network that has no layer yet.
   *
   * @param name what the graph is called
   * @param shape of one image, [C, H, W]
   * @param seed of the weights
   */
  public OnnxBuilder(String name, long[] shape, long seed) {
    this(name, shape, seed, Spread.VALUES);
  }

  /** As above, with weights of another spread. */
  public OnnxBuilder(String name, long[] shape, long seed, Spread spread) {
    this.seed = seed;
    this.spread = spread;
    this.input = shape.clone();
    this.shape = shape.clone();
    graph.setName(name);
  }

  /** A convolution that keeps height and width, with an odd kernel. */
  public OnnxBuilder conv(int outputs, int kernel) {
    return conv(outputs, kernel, 1, kernel / 2);
  }

  /**
   * A convolution.
   *
   * @param stride how far the window moves
   * @param padding zeros on every side; 0 for windows inside the image alone
   */
  public OnnxBuilder conv(int outputs, int kernel, int stride, int padding) {
    long channels = shape[0];
    requireRoom("a convolution of " + kernel + " x " + kernel, kernel - 2L * padding);
    String weight = weight("weight", channels * kernel * kernel, outputs, channels, kernel, kernel);
    add(
        "Conv",
        List.of(weight, zeros("bias", outputs)),
        ints("kernel_shape", kernel, kernel),
        ints("strides", stride, stride),
        ints("pads", padding, padding, padding, padding));
    shape =
        new long[] {
          outputs,
          (shape[1] + 2L * padding - kernel) / stride + 1,
          (shape[2] + 2L * padding - kernel) / stride + 1
        };
    return this;
  }

  private void requireRoom(String layer, long least) {
    if (Math.min(shape[1], shape[2]) < least) {
      throw new InvalidInputException(
          "%s does not fit into %d x %d values".formatted(layer, shape[1], shape[2]));
    }
  }

  /** max(x, 0). */
  public OnnxBuilder relu() {
    add("Relu", List.of());
    return this;
  }

  /** The largest value of each 2 x 2 block; a last odd row or column is dropped. */
  public OnnxBuilder maxPool() {
    return pool("MaxPool", 2);
  }

  /** The mean of each block of this size; rows and columns that fill no block are dropped. */
  public OnnxBuilder averagePool(int size) {
    return pool("AveragePool", size);
  }

  /** The mean of each channel: [N, C, 1, 1]. */
  public OnnxBuilder averagePool() {
    add("GlobalAveragePool", List.of());
    shape = new long[] {shape[0], 1, 1};
    return this;
  }

  private OnnxBuilder pool(String operator, int size) {
    requireRoom("a pool of " + size + " x " + size, size);
    add(operator, List.of(), ints("kernel_shape", size, size), ints("strides", size, size));
    shape = new long[] {shape[0], shape[1] / size, shape[2] / size};
    return this;
  }

  /**
   * Batch normalisation with given statistics, as at inference: scale and shift are learned, the
   * statistics, 0 and 1 at first, are constants of the file.
   *
   * <p>Ioffe and Szegedy: Batch normalization, 2015, arXiv 1502.03167.
   */
  public OnnxBuilder batchNorm() {
    int channels = Math.toIntExact(shape[0]);
    add(
        "BatchNormalization",
        List.of(
            ones("scale", channels),
            zeros("shift", channels),
            zeros("mean", channels),
            ones("variance", channels)));
    return this;
  }

  /**
   * Adds what some layers make of a value to the value itself: a skip connection. Where they change
   * its shape, the value goes through a convolution of 1 x 1 and the stride that this takes.
   *
   * <p>He, Zhang, Ren, Sun: Deep residual learning, 2015, arXiv 1512.03385.
   *
   * @param branch the layers beside the connection
   */
  public OnnxBuilder skip(Consumer<OnnxBuilder> branch) {
    String from = last;
    long[] before = shape;
    branch.accept(this);
    String branched = last;
    long[] after = shape;
    last = from;
    shape = before;
    if (!Arrays.equals(before, after)) {
      conv(Math.toIntExact(after[0]), 1, Math.toIntExact((before[1] + after[1] - 1) / after[1]), 0);
    }
    if (!Arrays.equals(shape, after)) {
      throw new IllegalArgumentException(
          "a branch to %s cannot be added to %s"
              .formatted(Arrays.toString(after), Arrays.toString(shape)));
    }
    add("Add", List.of(branched));
    return this;
  }

  /**
   * Stretches a range of values to [0, 1] and clips what is beyond it: clip((x - low) / (high -
   * low), 0, 1). In front of a net it takes away whatever changes by less than low near 0, or by
   * less than 1 - high near 1. Its numbers are constants, never trained.
   */
  public OnnxBuilder threshold(double low, double high) {
    affine(new double[] {low}, new double[] {high - low});
    String zero = constant(new float[] {0});
    String one = constant(new float[] {1});
    add("Clip", List.of(zero, one));
    return this;
  }

  /**
   * As {@link #threshold}, of rectifiers: max(1 - max((high - x) / (high - low), 0), 0). It rises
   * from step to step, so that intervals pass it as tight as they can be, and proofs can read it.
   */
  public OnnxBuilder ramp(double low, double high) {
    affine(new double[] {high}, new double[] {low - high});
    relu();
    affine(new double[] {1}, new double[] {-1});
    return relu();
  }

  /**
   * A normalisation, (x - mean) / deviation, one of each or one for each channel. Its numbers are
   * constants, never trained.
   */
  public OnnxBuilder normalise(double[] mean, double[] deviation) {
    return affine(mean, deviation);
  }

  private OnnxBuilder affine(double[] shift, double[] scale) {
    add("Sub", List.of(constant(floats(shift), shift.length, 1, 1)));
    add("Div", List.of(constant(floats(scale), scale.length, 1, 1)));
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
    return file(graph);
  }

  /** A file of a graph. */
  static byte[] file(GraphProto.Builder graph) {
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
    float deviation = (float) spread.deviation(inputs);
    for (int i = 0; i < values.length; i++) {
      values[i] *= deviation;
    }
    return initialiser(name, values, dims);
  }

  private String zeros(String kind, long... dims) {
    return initialiser(kind + (layers + 1), new float[elements(dims)], dims);
  }

  private String ones(String kind, long... dims) {
    float[] values = new float[elements(dims)];
    Arrays.fill(values, 1);
    return initialiser(kind + (layers + 1), values, dims);
  }

  private String initialiser(String name, float[] values, long... dims) {
    graph.addInitializer(tensor(values, dims).setName(name));
    return name;
  }

  /** A value that is never trained: a node of its own, where weights are initial values. */
  private String constant(float[] values, long... dims) {
    String name = "constant" + ++constants;
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Constant")
            .setName(name)
            .addOutput(name)
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(tensor(values, dims))));
    return name;
  }

  static TensorProto.Builder tensor(float[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addAllDims(Arrays.stream(dims).boxed().toList())
        .setRawData(ByteString.copyFrom(bytes));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
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
  static ValueInfoProto value(String name, long... shape) {
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
