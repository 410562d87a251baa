package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.foolproof.model.operator.SizeLimits;
import io.foolproof.model.operator.TensorReader;
import io.foolproof.model.operator.UnsafeModelException;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a graph that ONNX Runtime is to run and the numeric engine did not, for what ends
 * the process there: integer division that processors trap on, diagonals and windows that lie far
 * outside the data. What is not known before the graph runs counts as dangerous.
 */
final class RuntimeGuard {
  private static final Set<String> DIVISIONS = Set.of("Div", "Mod");

  /** Operators that take any number of inputs: one without a name among them ends the process. */
  private static final Set<String> ANY_INPUTS =
      Set.of("Concat", "Einsum", "Max", "Mean", "Min", "Sum");

  /** Which input of an operator says how large its result is, or by how much. */
  private static final Map<String, Integer> SIZED_BY =
      Map.ofEntries(
          Map.entry("ConstantOfShape", 0),
          Map.entry("Expand", 1),
          Map.entry("Tile", 1),
          Map.entry("OneHot", 1),
          Map.entry("Pad", 1),
          Map.entry("Resize", 3));

  /** Attributes that are sizes or counts, of which none can be 0. */
  private static final Set<String> SIZES =
      Set.of(
          "kernel_shape",
          "strides",
          "dilations",
          "group",
          "blocksize",
          "block_size",
          "num_groups",
          "num_heads",
          "hidden_size",
          "num_outputs",
          "size");

  /** Attributes of which any number is harmless: values, names of classes, and ends of ranges. */
  private static final Set<String> ANY_NUMBERS =
      Set.of(
          "value_int",
          "value_ints",
          "starts",
          "ends",
          "start",
          "end",
          "classlabels_ints",
          "classlabels_int64s",
          "cats_int64s",
          "default_int64",
          "imputed_value_int64s",
          "keys_int64s",
          "replaced_value_int64",
          "values_int64s",
          "vocabulary_int64s",
          "mask_index_filter_value");

  /** Operators whose results are of one type, whatever they take. */
  private static final Map<String, Integer> RESULTS =
      Map.ofEntries(
          Map.entry("Shape", DataType.INT64_VALUE),
          Map.entry("Size", DataType.INT64_VALUE),
          Map.entry("ArgMax", DataType.INT64_VALUE),
          Map.entry("ArgMin", DataType.INT64_VALUE),
          Map.entry("NonZero", DataType.INT64_VALUE),
          Map.entry("ConvInteger", DataType.INT32_VALUE),
          Map.entry("MatMulInteger", DataType.INT32_VALUE),
          Map.entry("DequantizeLinear", DataType.FLOAT_VALUE),
          Map.entry("Normalizer", DataType.FLOAT_VALUE),
          Map.entry("Scaler", DataType.FLOAT_VALUE));

  /** ONNX's floating-point types: 32, 16 and 64 bits, and bfloat16. */
  private static final Set<Integer> FLOATING =
      Set.of(
          DataType.FLOAT_VALUE,
          DataType.FLOAT16_VALUE,
          DataType.DOUBLE_VALUE,
          DataType.BFLOAT16_VALUE);

  /** The types of values, by name, as far as they are known. */
  private final Map<String, Integer> types = new HashMap<>();

  /** The constants of the file, by name. */
  private final Map<String, TensorProto> constants = new HashMap<>();

  private RuntimeGuard() {}

  private RuntimeGuard(RuntimeGuard outer) {
    types.putAll(outer.types);
    constants.putAll(outer.constants);
  }

  /**
   * Refuses a graph that may end the process.
   *
   * @throws UnsafeModelException naming the node
   */
  static void check(GraphProto graph) {
    new RuntimeGuard().graph(graph);
  }

  private void graph(GraphProto graph) {
    SizeLimits.checkNodes(graph.getNodeCount());
    graph.getInputList().forEach(this::declare);
    graph.getValueInfoList().forEach(this::declare);
    for (TensorProto tensor : graph.getInitializerList()) {
      types.put(tensor.getName(), tensor.getDataType());
      constants.put(tensor.getName(), tensor);
    }
    // An input may replace the initial value of its name.
    graph.getInputList().forEach(input -> constants.remove(input.getName()));
    for (NodeProto node : graph.getNodeList()) {
      node(node);
    }
  }

  private void declare(ValueInfoProto value) {
    if (value.getType().hasTensorType()) {
      types.put(value.getName(), value.getType().getTensorType().getElemType());
    }
  }

  private void node(NodeProto node) {
    if (OnnxNodes.isDefaultDomain(node.getDomain())) {
      requireDivides(node);
      requireDiagonal(node);
      requireNoDots(node);
      requireNames(node);
      requireSize(node);
    }
    requireModest(node);
    for (GraphProto inner : NeededNodes.inside(node)) {
      new RuntimeGuard(this).graph(inner);
    }
    learn(node);
  }

  private void learn(NodeProto node) {
    TensorProto constant = node.getOpType().equals("Constant") ? value(node) : null;
    for (int i = 0; i < node.getOutputCount(); i++) {
      String output = node.getOutput(i);
      Integer type = constant != null ? (Integer) constant.getDataType() : type(node, i);
      if (type != null) {
        types.putIfAbsent(output, type);
      }
      if (constant != null) {
        constants.put(output, constant);
      }
    }
  }

  /** The type of an output; that of the first input whose type is known, unless a rule says it. */
  private @Nullable Integer type(NodeProto node, int output) {
    if (!NeededNodes.inside(node).isEmpty()) {
      return null;
    }
    Integer fixed = RESULTS.get(node.getOpType());
    if (fixed != null || (node.getOpType().equals("TopK") && output == 1)) {
      return fixed == null ? (Integer) DataType.INT64_VALUE : fixed;
    }
    TensorProto value = value(node);
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals("to") || attribute.getName().equals("dtype")) {
        return (int) attribute.getI();
      }
    }
    if (value != null) {
      return value.getDataType();
    }
    return node.getInputList().stream()
        .skip(node.getOpType().equals("Where") ? 1 : 0)
        .map(types::get)
        .filter(type -> type != null)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable TensorProto value(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      switch (attribute.getName()) {
        case "value" -> {
          return attribute.getT();
        }
        case "value_int", "value_ints" -> {
          List<Long> all =
              attribute.getIntsCount() > 0 ? attribute.getIntsList() : List.of(attribute.getI());
          return TensorProto.newBuilder()
              .setDataType(DataType.INT64_VALUE)
              .addDims(all.size())
              .addAllInt64Data(all)
              .build();
        }
        case "value_float", "value_floats" -> {
          return TensorProto.newBuilder().setDataType(DataType.FLOAT_VALUE).build();
        }
        default -> {
          // Says nothing about a value.
        }
      }
    }
    return null;
  }

  private void requireDivides(NodeProto node) {
    if (!DIVISIONS.contains(node.getOpType()) || node.getInputCount() < 2) {
      return;
    }
    Integer type = types.getOrDefault(node.getInput(0), types.get(node.getInput(1)));
    if (type != null && FLOATING.contains(type)) {
      return;
    }
    long[] divisors = integers(node.getInput(1));
    if (divisors == null || Arrays.stream(divisors).anyMatch(d -> d == 0 || d == -1)) {
      throw refused(
          node,
          "divides integers by %s, which may end the process in ONNX Runtime"
              .formatted(divisors == null ? "what is computed" : "0 or -1"));
    }
  }

  private void requireDiagonal(NodeProto node) {
    if (!node.getOpType().equals("Trilu") || node.getInputCount() < 2) {
      return;
    }
    String name = node.getInput(1);
    long[] diagonal = name.isEmpty() ? new long[0] : integers(name);
    if (diagonal == null
        || Arrays.stream(diagonal).anyMatch(k -> Math.abs((double) k) > SizeLimits.MOST_DIAGONAL)) {
      throw refused(node, "takes a diagonal that is computed, or far outside of matrices");
    }
  }

  /** How many dimensions the dots of a formula stand for is not known before it runs. */
  private static void requireNoDots(NodeProto node) {
    boolean dots =
        node.getAttributeList().stream()
            .anyMatch(attribute -> attribute.getS().toStringUtf8().contains("..."));
    if (node.getOpType().equals("Einsum") && node.getInputCount() > 1 && dots) {
      throw refused(node, "has dots in its equation, which may end the process in ONNX Runtime");
    }
  }

  private static void requireNames(NodeProto node) {
    if (ANY_INPUTS.contains(node.getOpType()) && node.getInputList().contains("")) {
      throw refused(node, "has an input without a name, which may end the process in ONNX Runtime");
    }
  }

  /** Sizes that are constants are known before anything is made of them. */
  private void requireSize(NodeProto node) {
    Integer place = SIZED_BY.get(node.getOpType());
    if (place == null || node.getInputCount() <= place) {
      return;
    }
    long[] sizes = integers(node.getInput(place));
    if (sizes == null) {
      return;
    }
    boolean tooLarge =
        node.getOpType().equals("Pad")
            ? Arrays.stream(sizes)
                .anyMatch(size -> Math.abs((double) size) > SizeLimits.MOST_OF_A_WINDOW)
            : SizeLimits.elements(Arrays.stream(sizes).map(size -> Math.max(size, 1)).toArray())
                > SizeLimits.MOST_ELEMENTS;
    if (tooLarge) {
      throw refused(
          node, "asks for the sizes %s, which are too large".formatted(Arrays.toString(sizes)));
    }
  }

  /** Sizes and counts are divided by, and lead out of memory where they are large. */
  private static void requireModest(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      String name = attribute.getName();
      long least = SIZES.contains(name) ? 1 : -SizeLimits.MOST_OF_A_WINDOW;
      List<Long> numbers =
          attribute.getIntsCount() > 0 ? attribute.getIntsList() : List.of(attribute.getI());
      boolean isNumber = attribute.getIntsCount() > 0 || attribute.hasI();
      if (isNumber
          && !ANY_NUMBERS.contains(name)
          && numbers.stream().anyMatch(n -> n < least || n > SizeLimits.MOST_OF_A_WINDOW)) {
        throw refused(
            node,
            "has the attribute %s = %s; %d to 2^20 is supported".formatted(name, numbers, least));
      }
    }
  }

  /** The integers of a constant of the file; null where it is none. */
  private long @Nullable [] integers(String name) {
    TensorProto tensor = constants.get(name);
    if (tensor == null) {
      return null;
    }
    try (Scope scope = Scope.open()) {
      Tensor value = TensorReader.read(tensor);
      return value.dtype().isFloating() ? null : value.toLongs();
    } catch (InvalidInputException e) {
      return null;
    }
  }

  private static UnsafeModelException refused(NodeProto node, String why) {
    String name =
        node.getName().isEmpty() && node.getOutputCount() > 0 ? node.getOutput(0) : node.getName();
    return new UnsafeModelException(
        "node '%s' (%s) %s: it is not run there".formatted(name, node.getOpType(), why));
  }
}
