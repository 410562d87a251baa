package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes nodes, each in the form that it has in the operator set of the file that it is put into,
 * so that the rest of the file stays as it is. Values are known by their names.
 *
 * <p>Constants are nodes, not initial values of the graph: initial values are what is trained.
 */
public final class OnnxWriter {
  private static final int ROUND_SINCE = 11;
  private static final int BOUNDS_ARE_INPUTS_SINCE = 11;
  private static final int SLICE_TAKES_INPUTS_SINCE = 10;
  private static final int TOP_K_TAKES_K_SINCE = 10;
  private static final int REDUCE_TAKES_AXES_SINCE = 18;
  private static final int SUM_AND_SPLIT_TAKE_INPUTS_SINCE = 13;

  private final int opset;
  private final String prefix;
  private final Set<String> taken;
  private final List<NodeProto.Builder> nodes = new ArrayList<>();

  /**
   * Writes nodes for a graph.
   *
   * @param prefix what names of nodes begin with
   * @param taken names that the graph has; those of what is written are added
   */
  OnnxWriter(int opset, String prefix, Set<String> taken) {
    this.opset = opset;
    this.prefix = prefix;
    this.taken = taken;
  }

  /** What was written, in order. */
  List<NodeProto> nodes() {
    return nodes.stream().map(NodeProto.Builder::build).toList();
  }

  /** Calls a value that was written by a name of the graph. */
  void call(String value, String name) {
    NodeProto.Builder last = nodes.get(nodes.size() - 1);
    if (last.getOutput(0).equals(value)) {
      last.setOutput(0, name);
    } else {
      nodes.add(node("Identity", name, value));
    }
  }

  /**
   * An operator without attributes that every operator set has in this form, such as Add.
   *
   * @return its first output
   */
  public String apply(String operator, String... inputs) {
    return write(node(operator, fresh(operator), inputs));
  }

  /** A constant number. */
  public String number(double value) {
    return numbers(new float[] {(float) value});
  }

  /** A constant of 32-bit floating-point numbers. */
  public String numbers(float[] values, long... shape) {
    return constant(OnnxBuilder.tensor(values, shape));
  }

  /** A constant vector of whole numbers. */
  public String integers(long... values) {
    return constant(
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length)
            .addAllInt64Data(listOf(values)));
  }

  private String constant(TensorProto.Builder tensor) {
    return write(
        node("Constant", fresh("Constant"))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeType.TENSOR)
                    .setT(tensor)));
  }

  /** x + number. */
  public String add(String x, double number) {
    return number == 0 ? x : apply("Add", x, number(number));
  }

  /** x * number. */
  public String mul(String x, double number) {
    return number == 1 ? x : apply("Mul", x, number(number));
  }

  /** The nearest whole number: of two, the even one, or in old operator sets the larger one. */
  public String round(String x) {
    return opset < ROUND_SINCE ? apply("Floor", add(x, 0.5)) : apply("Round", x);
  }

  /** x, but not less than one number and not more than another. */
  public String clip(String x, double low, double high) {
    return opset < BOUNDS_ARE_INPUTS_SINCE
        ? write(
            node("Clip", fresh("Clip"), x)
                .addAttribute(number("min", low))
                .addAttribute(number("max", high)))
        : apply("Clip", x, number(low), number(high));
  }

  /** 1 where x is at least as large as a threshold, else 0: without a gradient. */
  public String reaches(String x, String threshold) {
    return cast(apply("Not", apply("Less", x, threshold)), TensorProto.DataType.FLOAT_VALUE);
  }

  String cast(String x, int type) {
    return write(node("Cast", fresh("Cast"), x).addAttribute(integer("to", type)));
  }

  /** The same values in another shape, in which 0 is the size before and -1 what is left. */
  public String reshape(String x, long... shape) {
    return apply("Reshape", x, integers(shape));
  }

  /** The same values in the shape of another. */
  public String shapedLike(String x, String other) {
    return apply("Reshape", x, apply("Shape", other));
  }

  /** With the dimensions in another order. */
  public String transpose(String x, long... order) {
    return write(node("Transpose", fresh("Transpose"), x).addAttribute(integers("perm", order)));
  }

  /**
   * Convolution of images with constant kernels.
   *
   * @param kernels [outputs, channels a group, size, size]
   * @param bias one number an output; empty for none
   */
  public String conv(
      String images,
      float[] kernels,
      int outputs,
      int size,
      int stride,
      int groups,
      float... bias) {
    List<String> inputs = new ArrayList<>(List.of(images, kernels(kernels, outputs, size)));
    if (bias.length > 0) {
      inputs.add(numbers(bias, bias.length));
    }
    return write(
        node("Conv", fresh("Conv"), inputs.toArray(String[]::new))
            .addAttribute(integers("kernel_shape", size, size))
            .addAttribute(integers("strides", stride, stride))
            .addAttribute(integer("group", groups)));
  }

  /**
   * The adjoint of {@link #conv} without a bias: it takes images with as many channels as that has
   * outputs.
   *
   * @param cropped rows and columns at the end that are left out
   */
  public String convTranspose(
      String images, float[] kernels, int inputs, int size, int stride, int groups, int cropped) {
    return write(
        node("ConvTranspose", fresh("ConvTranspose"), images, kernels(kernels, inputs, size))
            .addAttribute(integers("kernel_shape", size, size))
            .addAttribute(integers("strides", stride, stride))
            .addAttribute(integers("pads", 0, 0, cropped, cropped))
            .addAttribute(integer("group", groups)));
  }

  private String kernels(float[] kernels, int count, int size) {
    return numbers(kernels, count, kernels.length / (count * size * size), size, size);
  }

  /**
   * Images with their first and last rows and columns repeated.
   *
   * @param before rows on top and columns on the left
   * @param rowsAfter rows at the bottom
   * @param columnsAfter columns on the right
   */
  public String padByEdge(String images, int before, int rowsAfter, int columnsAfter) {
    long[] pads = {0, 0, before, before, 0, 0, rowsAfter, columnsAfter};
    NodeProto.Builder pad = node("Pad", fresh("Pad"), images).addAttribute(text("mode", "edge"));
    if (opset < BOUNDS_ARE_INPUTS_SINCE) {
      pad.addAttribute(integers("pads", pads));
    } else {
      pad.addInput(integers(pads));
    }
    return write(pad);
  }

  /** From an index up to another, along a dimension. */
  public String slice(String x, int dimension, long from, long to) {
    return opset < SLICE_TAKES_INPUTS_SINCE
        ? write(
            node("Slice", fresh("Slice"), x)
                .addAttribute(integers("starts", from))
                .addAttribute(integers("ends", to))
                .addAttribute(integers("axes", dimension)))
        : apply("Slice", x, integers(from), integers(to), integers(dimension));
  }

  /** The largest values along a dimension, in descending order. */
  public String largest(String x, int dimension, long count) {
    NodeProto.Builder top = node("TopK", fresh("TopK"), x).addAttribute(integer("axis", dimension));
    if (opset < TOP_K_TAKES_K_SINCE) {
      top.addAttribute(integer("k", count));
    } else {
      top.addInput(integers(count));
    }
    return write(top.addOutput(fresh("TopK")));
  }

  /** The mean along a dimension, which remains with the size 1. */
  public String mean(String x, int dimension) {
    return reduced("ReduceMean", REDUCE_TAKES_AXES_SINCE, x, dimension);
  }

  /** The largest value along a dimension, which remains with the size 1. */
  public String max(String x, int dimension) {
    return reduced("ReduceMax", REDUCE_TAKES_AXES_SINCE, x, dimension);
  }

  /** The sum along a dimension, which remains with the size 1. */
  public String sum(String x, int dimension) {
    return reduced("ReduceSum", SUM_AND_SPLIT_TAKE_INPUTS_SINCE, x, dimension);
  }

  private String reduced(String operator, int takesAxesSince, String x, int dimension) {
    NodeProto.Builder node =
        node(operator, fresh(operator), x).addAttribute(integer("keepdims", 1));
    if (opset < takesAxesSince) {
      node.addAttribute(integers("axes", dimension));
    } else {
      node.addInput(integers(dimension));
    }
    return write(node);
  }

  /** Parts of these sizes, one behind the other along a dimension. */
  public List<String> split(String x, int dimension, long... sizes) {
    NodeProto.Builder node = node("Split", fresh("Split"), x);
    node.addAttribute(integer("axis", dimension));
    if (opset < SUM_AND_SPLIT_TAKE_INPUTS_SINCE) {
      node.addAttribute(integers("split", sizes));
    } else {
      node.addInput(integers(sizes));
    }
    while (node.getOutputCount() < sizes.length) {
      node.addOutput(fresh("Split"));
    }
    write(node);
    return List.copyOf(node.getOutputList());
  }

  /** Values one behind the other along a dimension. */
  public String concat(int dimension, List<String> values) {
    return write(
        node("Concat", fresh("Concat"), values.toArray(String[]::new))
            .addAttribute(integer("axis", dimension)));
  }

  /** x W' + b for rows x: [N, outputs]; W is [outputs, inputs]. */
  public String affine(String rows, String matrix, String bias) {
    return write(
        node("Gemm", fresh("Gemm"), rows, matrix, bias).addAttribute(integer("transB", 1)));
  }

  /** Convolution of images of one channel with a kernel of odd size, black beyond their edges. */
  public String filter(String images, float[] kernel, int size) {
    int pad = size / 2;
    return write(
        node("Conv", fresh("Conv"), images, kernels(kernel, 1, size))
            .addAttribute(integers("kernel_shape", size, size))
            .addAttribute(integers("pads", pad, pad, pad, pad)));
  }

  /**
   * Gaussian numbers around 0 of this standard deviation, as many as x has, drawn anew each time.
   */
  public String gaussian(String x, double deviation) {
    return write(
        node("RandomNormalLike", fresh("RandomNormalLike"), x)
            .addAttribute(number("scale", deviation)));
  }

  /** Numbers evenly from 0 to 1, as many as x has, drawn anew each time. */
  public String uniform(String x) {
    return apply("RandomUniformLike", x);
  }

  /** A name that the graph does not have yet. */
  String fresh(String operator) {
    String stem = prefix + "/" + operator.toLowerCase(Locale.ROOT);
    int number = 1;
    while (!taken.add(stem + number)) {
      number++;
    }
    return stem + number;
  }

  private static NodeProto.Builder node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private String write(NodeProto.Builder node) {
    nodes.add(node);
    return node.getOutput(0);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  private static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(listOf(values))
        .build();
  }

  private static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static List<Long> listOf(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
