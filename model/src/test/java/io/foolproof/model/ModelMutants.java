package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.foolproof.model.operator.Operators;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Small models that are sound as files and absurd as networks: random chains of operators, whose
 * attributes, constants and connections are then spoilt. A number names a model.
 */
public final class ModelMutants {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    5,
    7,
    28,
    100,
    1000,
    1L << 10,
    1L << 15,
    1L << 20,
    1L << 24,
    1L << 28,
    1L << 31,
    (1L << 31) - 1,
    1L << 32,
    1L << 62,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    Integer.MIN_VALUE
  };

  private static final List<String> PLAIN =
      List.of(
          "Relu",
          "Neg",
          "Abs",
          "Sigmoid",
          "Tanh",
          "Softplus",
          "Mish",
          "Gelu",
          "Exp",
          "Sqrt",
          "Log",
          "Erf",
          "Floor",
          "Round",
          "Sign",
          "Identity",
          "Softmax",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "Reciprocal",
          "Asinh");
  private static final List<String> BINARY =
      List.of("Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Min", "PRelu", "Where", "Less");

  private static final List<String> OPERATORS = Operators.names().stream().sorted().toList();
  private static final List<String> ATTRIBUTES =
      List.of(
          "axis",
          "axes",
          "perm",
          "keepdims",
          "alpha",
          "beta",
          "epsilon",
          "group",
          "num_groups",
          "to",
          "upper",
          "mode",
          "k",
          "depth",
          "batch_dims",
          "transA",
          "transB",
          "strides",
          "pads",
          "kernel_shape",
          "dilations",
          "output_shape",
          "output_padding",
          "hidden_size",
          "direction",
          "num_outputs",
          "split",
          "num_heads",
          "exclusive",
          "reverse",
          "largest",
          "sorted",
          "size",
          "block_size",
          "blocksize",
          "storage_order",
          "ceil_mode",
          "count_include_pad",
          "start",
          "end",
          "value_int",
          "value_ints",
          "seed",
          "p",
          "stash_type",
          "allowzero");

  private final SplittableRandom random;
  private final TestGraph graph = new TestGraph();
  private int values;

  private ModelMutants(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The bytes of the model of this number. */
  public static byte[] bytes(long seed) {
    ModelMutants mutants = new ModelMutants(seed);
    ModelProto.Builder model = mutants.chain().toBuilder();
    int spoilt = mutants.random.nextInt(4);
    for (int i = 0; i < spoilt; i++) {
      mutants.spoil(model.getGraphBuilder());
    }
    return model.build().toByteArray();
  }

  /**
   * Reads the model of a number, loads and runs it, takes a gradient, and runs it in ONNX Runtime.
   *
   * @return why it was refused, in one line; null where it ran. Anything else is thrown
   */
  public static @Nullable String refused(long seed) {
    try (Scope scope = Scope.open()) {
      OnnxModel model = OnnxModel.of(bytes(seed), "mutant " + seed);
      try (OnnxClassifier classifier = OnnxClassifier.of(model);
          OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(classifier)) {
        Tensor images = Tensor.zeros(DType.FLOAT32, classifier.input().batchShape(2));
        Tensor variable = images.variable();
        Gradients.of(classifier.logits(variable), variable);
        runtime.logits(images);
        return null;
      }
    } catch (InvalidInputException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("\n")) {
        throw new AssertionError("more than one line: " + message, e);
      }
      return message;
    }
  }

  private long number() {
    return random.nextInt(4) > 0 ? random.nextInt(1, 4) : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private long[] numbers(int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = number();
    }
    return numbers;
  }

  private String pick(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  private String fresh() {
    return "v" + values++;
  }

  private ModelProto chain() {
    graph.opset(13 + random.nextInt(8)).input("x", "batch", "2", "6", "6").random("last", 1, 72, 3);
    String value = "x";
    int steps = 1 + random.nextInt(4);
    for (int i = 0; i < steps; i++) {
      value = step(value);
    }
    graph.node("Flatten", List.of(value), "flat");
    if (random.nextBoolean()) {
      graph.node("MatMul", List.of("flat", "last"), "y");
    } else {
      graph.node("Identity", List.of("flat"), "y");
    }
    return graph.output("y", "batch", "3").model();
  }

  private String step(String x) {
    String y = fresh();
    switch (random.nextInt(20)) {
      case 0 -> graph.node(pick(PLAIN), List.of(x), y);
      case 1 -> graph.node(pick(BINARY), operands(x), y);
      case 2 -> {
        graph.random(y + "w", 1, 2, 2, 1 + random.nextInt(3), 1 + random.nextInt(3));
        graph.node("Conv", List.of(x, y + "w"), y, windows(false));
      }
      case 3 -> {
        graph.random(y + "w", 1, 2, 2, 1 + random.nextInt(3), 1 + random.nextInt(3));
        graph.node("ConvTranspose", List.of(x, y + "w"), y, windows(false));
      }
      case 4 -> graph.node("MaxPool", List.of(x), y, windows(true));
      case 5 -> graph.node("AveragePool", List.of(x), y, windows(true));
      case 6 -> graph.node("LRN", List.of(x), y, attribute("size", number()));
      case 7 -> {
        graph.integers(y + "p", numbers(8));
        graph.node(
            "Pad",
            List.of(x, y + "p"),
            y,
            attribute("mode", pick(List.of("constant", "edge", "reflect", "wrap"))));
      }
      case 8 -> {
        graph.integers(y + "s", number(), number(), number(), number());
        graph.node(pick(List.of("Expand", "Tile", "Reshape")), List.of(x, y + "s"), y);
      }
      case 9 -> {
        graph.integers(y + "a", number(), number()).integers(y + "b", numbers(2));
        graph.node(pick(List.of("Div", "Mod", "Pow")), List.of(y + "a", y + "b"), y + "q");
        graph.node("Cast", List.of(y + "q"), y + "c", attribute("to", 1));
        graph.node("ReduceSum", List.of(y + "c"), y + "r").node("Add", List.of(x, y + "r"), y);
      }
      case 10 -> {
        graph.integers(y + "k", number());
        graph.node("Trilu", List.of(x, y + "k"), y, attribute("upper", random.nextInt(2)));
      }
      case 11 -> {
        graph.integers(y + "n", number(), number());
        graph.node("ConstantOfShape", List.of(y + "n"), y + "c");
        graph.node("ReduceMax", List.of(y + "c"), y + "r", attribute("keepdims", 0));
        graph.node("Add", List.of(x, y + "r"), y);
      }
      case 12 -> {
        graph.integers(y + "s", 1, 2, number(), number());
        graph.node(
            "Resize",
            List.of(x, "", "", y + "s"),
            y,
            attribute("mode", pick(List.of("nearest", "linear", "cubic"))));
      }
      case 13 ->
          graph.node(
              "Einsum",
              List.of(x, x),
              y,
              attribute(
                  "equation",
                  pick(
                      List.of(
                          "bcij,bcjk->bcik",
                          "bcij,bcij->bcij",
                          "bcij,bckl->bcik",
                          "...ij,...jk"))));
      case 14 ->
          graph.node(
              pick(List.of("DepthToSpace", "SpaceToDepth")),
              List.of(x),
              y,
              attribute("blocksize", number()));
      case 15, 16, 17, 18 -> any(x, y);
      default -> {
        graph.node("Shape", List.of(x), y + "s").integers(y + "d", number());
        graph.node(pick(List.of("Div", "Mod", "Sub")), List.of(y + "s", y + "d"), y + "t");
        graph.node("Reshape", List.of(x, y + "t"), y);
      }
    }
    return y;
  }

  /** Any operator at all, with inputs and attributes that some operator has. */
  private void any(String x, String y) {
    List<String> inputs = new ArrayList<>(List.of(x));
    int more = random.nextInt(4);
    for (int i = 0; i < more; i++) {
      String name = fresh();
      switch (random.nextInt(5)) {
        case 0 -> graph.integers(name, numbers(1 + random.nextInt(4)));
        case 1 -> graph.random(name, 1, 2);
        case 2 -> graph.random(name, 1, 1 + random.nextInt(3), 2, 1 + random.nextInt(3));
        case 3 -> graph.random(name, 1, 2, 2, 3, 3);
        default -> name = random.nextBoolean() ? x : "";
      }
      inputs.add(name);
    }
    List<AttributeProto> attributes = new ArrayList<>();
    int settings = random.nextInt(4);
    for (int i = 0; i < settings; i++) {
      String name = pick(ATTRIBUTES);
      if (attributes.stream().noneMatch(other -> other.getName().equals(name))) {
        attributes.add(
            switch (random.nextInt(4)) {
              case 0 -> attribute(name, numbers(1 + random.nextInt(4)));
              case 1 -> attribute(name, (float) number());
              default -> attribute(name, number());
            });
      }
    }
    graph.node(pick(OPERATORS), inputs, y, attributes.toArray(AttributeProto[]::new));
  }

  private List<String> operands(String x) {
    String name = fresh();
    graph.random(name, 1, numbers(1)[0] % 7 == 0 ? 6 : 1);
    return random.nextBoolean() ? List.of(x, name) : List.of(x, x);
  }

  private AttributeProto[] windows(boolean pool) {
    List<AttributeProto> attributes = new ArrayList<>();
    if (pool) {
      attributes.add(attribute("kernel_shape", numbers(2)));
      attributes.add(attribute("ceil_mode", random.nextInt(2)));
    }
    if (random.nextBoolean()) {
      attributes.add(attribute("strides", numbers(2)));
    }
    if (random.nextInt(3) == 0) {
      attributes.add(attribute("dilations", numbers(2)));
    }
    if (random.nextBoolean()) {
      attributes.add(attribute("pads", numbers(4)));
    } else if (random.nextBoolean()) {
      attributes.add(attribute("auto_pad", pick(List.of("SAME_UPPER", "SAME_LOWER", "VALID"))));
    }
    return attributes.toArray(AttributeProto[]::new);
  }

  private void spoil(GraphProto.Builder graph) {
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    switch (random.nextInt(6)) {
      case 0 -> node.setOpType(pick(List.of(PLAIN, BINARY, OPERATORS).get(random.nextInt(3))));
      case 1 -> {
        NodeProto other = graph.getNode(random.nextInt(graph.getNodeCount()));
        if (node.getInputCount() > 0 && other.getOutputCount() > 0) {
          node.setInput(random.nextInt(node.getInputCount()), other.getOutput(0));
        }
      }
      case 2 -> {
        if (graph.getInitializerCount() > 0 && node.getInputCount() > 0) {
          TensorProto constant = graph.getInitializer(random.nextInt(graph.getInitializerCount()));
          node.setInput(random.nextInt(node.getInputCount()), constant.getName());
        }
      }
      case 3 -> spoilAttribute(node);
      case 4 -> spoilConstant(graph);
      default ->
          graph
              .getInputBuilder(0)
              .getTypeBuilder()
              .getTensorTypeBuilder()
              .getShapeBuilder()
              .getDimBuilder(1 + random.nextInt(3))
              .setDimValue(number());
    }
  }

  private void spoilAttribute(NodeProto.Builder node) {
    if (node.getAttributeCount() == 0) {
      return;
    }
    AttributeProto.Builder spoilt =
        node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    if (spoilt.getIntsCount() > 0) {
      spoilt.setInts(random.nextInt(spoilt.getIntsCount()), number());
    } else {
      spoilt.setI(number());
    }
  }

  private void spoilConstant(GraphProto.Builder graph) {
    if (graph.getInitializerCount() == 0) {
      return;
    }
    TensorProto.Builder spoilt =
        graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
    if (spoilt.getInt64DataCount() > 0) {
      spoilt.setInt64Data(random.nextInt(spoilt.getInt64DataCount()), number());
    }
  }
}
