package io.foolproof.checker;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads a network from an ONNX file: affine operators, rectifiers and sums of two values. */
final class OnnxReader {
  private final Map<String, Protobuf> tensors = new HashMap<>();
  private final Map<String, Constant> constants = new HashMap<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();

  /** The name of the value that the last layer gives, where it has no bias yet; empty elsewhere. */
  private String lastProduct = "";

  /** What the rectifier took that was taken away last. */
  private int lastRectified;

  /** The type of the numbers of the network's input, hence of all its values. */
  private long type;

  /** The number of a value, and its shape under this name. */
  private record Value(int number, int[] shape) {}

  private OnnxReader() {}

  static Network read(byte[] file) {
    List<Protobuf.Field> graphs = Protobuf.read(ByteBuffer.wrap(file)).all(7);
    if (graphs.size() != 1 || !Protobuf.read(ByteBuffer.wrap(file)).all(25).isEmpty()) {
      throw new UncheckableException("no ONNX file, or one with functions of its own");
    }
    return new OnnxReader().graph(graphs.get(0).message());
  }

  private Network graph(Protobuf graph) {
    for (Protobuf.Field field : graph.all(5)) {
      Protobuf tensor = field.message();
      tensors.put(tensor.text(8), tensor);
    }
    for (Protobuf.Field field : graph.all(11)) {
      Protobuf input = field.message();
      if (!tensors.containsKey(input.text(1))) {
        input(input);
      }
    }
    if (sizes.size() != 1 || graph.all(12).size() != 1) {
      throw new UncheckableException("a network with one input and one output is wanted");
    }
    String output = graph.all(12).get(0).message().text(1);
    List<Node> nodes = graph.all(1).stream().map(field -> Node.read(field.message())).toList();
    nodes.forEach(node -> node.inputs.forEach(name -> uses.merge(name, 1, Integer::sum)));
    uses.merge(output, 1, Integer::sum);
    nodes.forEach(this::node);
    Value last = values.get(output);
    if (last == null) {
      throw new UncheckableException("no node gives the output '" + output + "'");
    }
    return new Network(List.copyOf(sizes), List.copyOf(layers), last.number);
  }

  /** The batch, and only the batch, may be open. */
  private void input(Protobuf input) {
    Protobuf shape = input;
    for (int field : new int[] {2, 1, 2}) {
      List<Protobuf.Field> inner = shape.all(field);
      if (inner.size() != 1) {
        throw new UncheckableException("the input is no tensor with a shape");
      }
      shape = inner.get(0).message();
      type = field == 1 ? shape.integer(1, 0) : type;
    }
    if (type != Constant.FLOAT && type != Constant.DOUBLE) {
      throw new UncheckableException("a network that computes in 32 or 64 bits is wanted");
    }
    long[] sizes = shape.all(1).stream().mapToLong(size -> size.message().integer(1, 0)).toArray();
    if (sizes.length > 0 && sizes[0] <= 0) {
      sizes[0] = 1;
    }
    if (Arrays.stream(sizes).anyMatch(size -> size <= 0)) {
      throw new UncheckableException("the input leaves sizes open besides the batch");
    }
    name(input.text(1), Shapes.of(sizes));
  }

  /** A node with its attributes, by name. */
  record Node(
      String name,
      String type,
      List<String> inputs,
      List<String> outputs,
      Map<String, Protobuf> attributes) {

    static Node read(Protobuf node) {
      Map<String, Protobuf> attributes = new HashMap<>();
      for (Protobuf.Field field : node.all(5)) {
        Protobuf attribute = field.message();
        attributes.put(attribute.text(1), attribute);
      }
      List<String> outputs = node.all(2).stream().map(Protobuf.Field::text).toList();
      String domain = node.text(7);
      String type =
          (domain.isEmpty() || domain.equals("ai.onnx") ? "" : domain + ".") + node.text(4);
      String name = node.text(3).isEmpty() && !outputs.isEmpty() ? outputs.get(0) : node.text(3);
      return new Node(
          name, type, node.all(1).stream().map(Protobuf.Field::text).toList(), outputs, attributes);
    }

    long integer(String attribute, long otherwise) {
      Protobuf found = attributes.get(attribute);
      return found == null ? otherwise : found.integer(3, otherwise);
    }

    double number(String attribute, double otherwise) {
      Protobuf found = attributes.get(attribute);
      return found == null || found.all(2).isEmpty()
          ? otherwise
          : Float.intBitsToFloat((int) found.integer(2, 0));
    }

    int[] integers(String attribute, int... otherwise) {
      Protobuf found = attributes.get(attribute);
      return found == null ? otherwise : Shapes.of(found.integers(8));
    }

    /** Integers of any sign and size, in an attribute that is there. */
    double[] signed(String attribute) {
      Protobuf found = requireNonNull(attributes.get(attribute));
      return Arrays.stream(found.integers(8)).asDoubleStream().toArray();
    }

    String text(String attribute, String otherwise) {
      Protobuf found = attributes.get(attribute);
      return found == null ? otherwise : found.text(4);
    }

    UncheckableException refusal(String why) {
      return new UncheckableException("node '%s' (%s): %s".formatted(name, type, why));
    }
  }

  private void node(Node node) {
    int before = layers.size();
    read(node);
    boolean product =
        layers.size() > before
            && layers.get(before) instanceof Layer.Linear linear
            && !isDiagonal(node)
            && Arrays.stream(linear.map().bias()).allMatch(value -> value == 0);
    lastProduct = product ? node.outputs.get(0) : "";
  }

  private static boolean isDiagonal(Node node) {
    return !List.of("Gemm", "MatMul", "Conv", "AveragePool", "GlobalAveragePool", "ReduceMean")
        .contains(node.type);
  }

  private void read(Node node) {
    if (isFolded(node)) {
      constants.put(node.outputs.get(0), folded(node));
      return;
    }
    switch (node.type) {
      case "Constant" -> constant(node);
      case "Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast" ->
          reshape(node);
      case "Relu" -> rectifier(node);
      case "Clip" -> clip(node);
      case "Tanh" -> tanh(node);
      case "Sigmoid" -> sigmoid(node);
      case "Gemm" -> gemm(node);
      case "MatMul" -> matMul(node);
      case "LeakyRelu", "PRelu" -> leaky(node);
      case "MaxPool" -> maximum(node);
      case "Transpose" -> transpose(node);
      case "Pad" -> pad(node);
      case "Slice" -> slice(node);
      case "Concat" -> concatenation(node);
      case "Add", "Sub", "Mul", "Div" -> arithmetic(node);
      case "Conv" -> convolution(node);
      case "BatchNormalization" -> normalisation(node);
      case "AveragePool", "GlobalAveragePool" -> pooling(node);
      case "ReduceMean" -> mean(node);
      default -> throw node.refusal("certificates cover no such operator");
    }
  }

  private void constant(Node node) {
    Protobuf value = node.attributes.get("value");
    if (value != null && value.all(5).size() == 1) {
      tensors.put(node.outputs.get(0), value.all(5).get(0).message());
      return;
    }
    if (node.attributes.size() != 1) {
      throw node.refusal("a constant that is no tensor");
    }
    String kind = node.attributes.keySet().iterator().next();
    double[] numbers =
        switch (kind) {
          case "value_float" -> new double[] {node.number(kind, 0)};
          case "value_int" -> new double[] {node.integer(kind, 0)};
          case "value_ints" -> node.signed(kind);
          default -> throw node.refusal("a constant that is no tensor");
        };
    int[] shape = kind.equals("value_ints") ? new int[] {numbers.length} : new int[0];
    constants.put(node.outputs.get(0), new Constant(shape, numbers));
  }

  private boolean isConstant(Node node, int index) {
    String name = index < node.inputs.size() ? node.inputs.get(index) : "";
    return constants.containsKey(name) || tensors.containsKey(name);
  }

  /** Whether a node gives what is known without the input: moved weights, or shapes. */
  private boolean isFolded(Node node) {
    return node.type.equals("Shape")
        || (Folding.covers(node.type)
            && !node.inputs.isEmpty()
            && IntStream.range(0, node.inputs.size()).allMatch(i -> isConstant(node, i)));
  }

  private Constant folded(Node node) {
    if (node.type.equals("Shape")) {
      int[] shape = isValue(node, 0) ? value(node, 0).shape : constant(node, 0).shape();
      return Folding.shape(node, shape);
    }
    List<Constant> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs.size(); i++) {
      inputs.add(constant(node, i));
    }
    return Folding.folded(node, inputs);
  }

  private boolean isValue(Node node, int index) {
    return index < node.inputs.size() && values.containsKey(node.inputs.get(index));
  }

  private Value value(Node node, int index) {
    Value value = index < node.inputs.size() ? values.get(node.inputs.get(index)) : null;
    if (value == null) {
      throw node.refusal("input " + index + " should come from the network's input");
    }
    return value;
  }

  private Constant constant(Node node, int index) {
    Constant constant = limit(node, index);
    if (!constant.isFinite()) {
      throw node.refusal("it has weights that are not finite");
    }
    return constant;
  }

  /** A constant that may be infinite. */
  private Constant limit(Node node, int index) {
    if (!isConstant(node, index)) {
      throw node.refusal("input " + index + " should be a constant of the file");
    }
    // Read when it is wanted: files have constants of types that no covered node takes.
    return constants.computeIfAbsent(
        node.inputs.get(index), name -> Constant.read(requireNonNull(tensors.get(name))));
  }

  private boolean has(Node node, int index) {
    return index < node.inputs.size() && !node.inputs.get(index).isEmpty();
  }

  private int name(String name, int... shape) {
    values.put(name, new Value(sizes.size(), shape));
    sizes.add(Shapes.size(shape));
    return sizes.size() - 1;
  }

  private void linear(Node node, Value from, Affine map, int... shape) {
    if (map.inputs() != Shapes.size(from.shape) || map.outputs() != Shapes.size(shape)) {
      throw node.refusal("its weights do not fit its input");
    }
    layers.add(new Layer.Linear(from.number, name(node.outputs.get(0), shape), map));
  }

  /** A layer whose result has no name in the file. */
  private int unnamed(int from, Affine map) {
    sizes.add(map.outputs());
    layers.add(new Layer.Linear(from, sizes.size() - 1, map));
    return sizes.size() - 1;
  }

  private int unnamedSum(int a, int b, int rival) {
    sizes.add(sizes.get(a));
    layers.add(new Layer.Sum(a, b, sizes.size() - 1, true, rival));
    return sizes.size() - 1;
  }

  private int unnamedRectifier(int from, String name) {
    sizes.add(sizes.get(from));
    layers.add(new Layer.Rectifier(from, sizes.size() - 1, name));
    return sizes.size() - 1;
  }

  private int negative(int value) {
    int size = sizes.get(value);
    return unnamed(value, Affine.moved(size, Shapes.inOrder(size), -1));
  }

  /** The same values in the same order under another shape: the same value. */
  private void reshape(Node node) {
    if (node.type.equals("Dropout") && has(node, 2)) {
      throw node.refusal("it may be in training mode");
    }
    Value from = value(node, 0);
    int[] old = from.shape;
    int size = Shapes.size(old);
    int[] shape =
        switch (node.type) {
          case "Flatten" -> {
            int given = (int) node.integer("axis", 1);
            int axis = given < 0 ? given + old.length : given;
            if (axis < 0 || axis > old.length) {
              throw node.refusal("its axis is none of the dimensions");
            }
            int rows = 1;
            for (int d = 0; d < axis; d++) {
              rows *= old[d];
            }
            yield new int[] {rows, size / rows};
          }
          case "Reshape" -> reshaped(node, old, constant(node, 1).values());
          case "Squeeze", "Unsqueeze" -> {
            boolean given = has(node, 1) || node.attributes.containsKey("axes");
            yield Folding.withoutOnes(node, old, given ? integers(node, 1, "axes") : null);
          }
          case "Cast" -> {
            if (node.integer("to", 0) != type) {
              throw node.refusal("values are rounded to another type");
            }
            yield old;
          }
          default -> old;
        };
    if (Shapes.size(shape) != size) {
      throw node.refusal("the shape does not fit the values");
    }
    values.put(node.outputs.get(0), new Value(from.number, shape));
  }

  private static int[] reshaped(Node node, int[] old, double[] wanted) {
    int[] shape = new int[wanted.length];
    int known = 1;
    int open = -1;
    for (int d = 0; d < shape.length; d++) {
      shape[d] = wanted[d] == 0 && d < old.length ? old[d] : (int) wanted[d];
      if (shape[d] < 0) {
        open = d;
      } else {
        known *= shape[d];
      }
    }
    if (open >= 0 && known > 0) {
      shape[open] = Shapes.size(old) / known;
    }
    if (known <= 0 || Arrays.stream(shape).anyMatch(size -> size <= 0)) {
      throw node.refusal("the shape does not fit the values");
    }
    return shape;
  }

  private void rectifier(Node node) {
    Value from = value(node, 0);
    String name = node.outputs.get(0);
    layers.add(new Layer.Rectifier(from.number, name(name, from.shape), name));
  }

  /** First l + max(x - l, 0), then h - max(h - z, 0); nothing of that is rounded. */
  private void clip(Node node) {
    double most = type == Constant.FLOAT ? Float.MAX_VALUE : Double.MAX_VALUE;
    double l = has(node, 1) ? end(node, 1) : node.number("min", -most);
    double h = has(node, 2) ? end(node, 2) : node.number("max", most);
    boolean isRange = l <= h && l < most && h > -most;
    if (!isRange) {
      throw node.refusal("its minimum is above its maximum, or one of them is NaN");
    }
    if (l == 0 && h >= most) {
      rectifier(node);
      return;
    }
    Value from = value(node, 0);
    String name = node.outputs.get(0);
    int result = from.number;
    if (l > -most) {
      result = plus(unnamedRectifier(plus(result, 1, -l), name), 1, l);
    }
    if (h < most) {
      result = plus(unnamedRectifier(plus(result, -1, h), name), -1, h);
    }
    values.put(name, new Value(result, from.shape));
  }

  private double end(Node node, int index) {
    double[] values = limit(node, index).values();
    if (values.length != 1) {
      throw node.refusal("one of its limits is no single number");
    }
    return values[0];
  }

  /** The value, or its opposite, plus a number. */
  private int plus(int value, int sign, double number) {
    int size = sizes.get(value);
    double[] sum = filled(size, number);
    double[] absolute = filled(size, Math.abs(number));
    return unnamed(value, Affine.diagonal(filled(size, (double) sign), sum, absolute).exactly());
  }

  private void tanh(Node node) {
    Value from = value(node, 0);
    String name = node.outputs.get(0);
    layers.add(new Layer.Curve(from.number, name(name, from.shape), name));
  }

  /** y = 1/2 + tanh(x/2) / 2; nothing of that is rounded. */
  private void sigmoid(Node node) {
    Value from = value(node, 0);
    String name = node.outputs.get(0);
    double[] half = filled(Shapes.size(from.shape), 0.5);
    double[] none = new double[half.length];
    int inner = unnamed(from.number, Affine.diagonal(half, none, none).exactly());
    sizes.add(half.length);
    layers.add(new Layer.Curve(inner, inner + 1, name));
    int outer = unnamed(inner + 1, Affine.diagonal(half, half, half).exactly());
    values.put(name, new Value(outer, from.shape));
  }

  private static double[] filled(int count, double value) {
    double[] values = new double[count];
    Arrays.fill(values, value);
    return values;
  }

  /** y = s x + (1 - s) max(x, 0); only s x is rounded. */
  private void leaky(Node node) {
    Value from = value(node, 0);
    double[] s = new double[Shapes.size(from.shape)];
    Arrays.fill(s, node.number("alpha", 0.01f));
    if (node.type.equals("PRelu")) {
      s = constant(node, 1).broadcast(from.shape, node.name);
    }
    double[] rest = Arrays.stream(s).map(slope -> 1 - slope).toArray();
    double[] none = new double[s.length];
    String name = node.outputs.get(0);
    int scaled = unnamed(from.number, Affine.diagonal(s, none, none));
    int rectified = unnamedRectifier(from.number, name);
    int other = unnamed(rectified, Affine.diagonal(rest, none, none).exactly());
    int sum = unnamedSum(scaled, other, Layer.Sum.NO_RIVAL);
    values.put(name, new Value(sum, from.shape));
  }

  /**
   * The maximum of the places of a window, pair by pair: max(a, b) = a + max(b - a, 0), which no
   * execution rounds. A rectifier before it commutes with it and comes behind it.
   */
  private void maximum(Node node) {
    Value from = value(node, 0);
    String name = node.outputs.get(0);
    boolean rectified = takeRectifier(node.inputs.get(0));
    int number = rectified ? lastRectified : from.number;
    int[] in = image(node, from);
    int[] window = node.integers("kernel_shape");
    SlidingWindow g = SlidingWindow.of(node, in, window);
    if (node.outputs.size() > 1) {
      throw node.refusal("the indices of the maxima are wanted, too");
    }
    int[] out = {in[0], g.rows(), g.columns()};
    int[][] places = new int[window[0] * window[1]][];
    for (int k = 0; k < places.length; k++) {
      int row = k / window[1] * g.dilation()[0] - g.pads()[0];
      int column = k % window[1] * g.dilation()[1] - g.pads()[1];
      int[] step = {1, g.stride()[0], g.stride()[1]};
      places[k] = Shapes.places(in, out, Shapes.inOrder(3), new int[] {0, row, column}, step);
    }
    Deque<Integer> left = new ArrayDeque<>();
    for (int[] each : places) {
      for (int i = 0; i < each.length; i++) {
        // Padding is never the largest: some other place of the window stands for it.
        for (int k = 0; each[i] < 0 && k < places.length; k++) {
          each[i] = places[k][i];
        }
        if (each[i] < 0) {
          throw node.refusal("a window is all padding");
        }
      }
      left.add(unnamed(number, Affine.moved(Shapes.size(in), each, 1)));
    }
    for (int k = 0; left.size() > 1; k++) {
      int a = left.remove();
      int b = left.remove();
      int difference = unnamedSum(b, negative(a), Layer.Sum.NO_RIVAL);
      left.add(unnamedSum(a, unnamedRectifier(difference, name + "/" + k), b));
    }
    int last = rectified ? unnamedRectifier(left.remove(), name) : left.remove();
    values.put(name, new Value(last, new int[] {1, out[0], out[1], out[2]}));
  }

  /** Takes the last layer away, where it is a rectifier that nothing else takes. */
  private boolean takeRectifier(String name) {
    int last = layers.size() - 1;
    if (last >= 0
        && uses.getOrDefault(name, 0) == 1
        && layers.get(last) instanceof Layer.Rectifier rectifier
        && rectifier.name().equals(name)) {
      layers.remove(last);
      sizes.remove(sizes.size() - 1);
      values.remove(name);
      lastRectified = rectifier.from();
      return true;
    }
    return false;
  }

  private void moved(Node node, int[] out, int[] order, int[] start, int[] step, double otherwise) {
    Value from = value(node, 0);
    if (Arrays.stream(out).anyMatch(size -> size < 1)) {
      throw node.refusal("nothing is left of its input");
    }
    int[] places = Shapes.places(from.shape, out, order, start, step);
    double[] bias = Arrays.stream(places).mapToDouble(p -> p < 0 ? otherwise : 0).toArray();
    linear(node, from, Affine.moved(Shapes.size(from.shape), places, 1).withBias(bias), out);
  }

  private static int[] filled(int count, int value) {
    int[] values = new int[count];
    Arrays.fill(values, value);
    return values;
  }

  private void transpose(Node node) {
    int[] in = value(node, 0).shape;
    int rank = in.length;
    int[] order = Arrays.stream(Shapes.inOrder(rank)).map(d -> rank - 1 - d).toArray();
    order = node.integers("perm", order);
    if (!Arrays.equals(Arrays.stream(order).sorted().toArray(), Shapes.inOrder(rank))) {
      throw node.refusal("its perm is no order of the dimensions");
    }
    int[] out = Arrays.stream(order).map(d -> in[d]).toArray();
    moved(node, out, order, new int[rank], filled(rank, 1), 0);
  }

  /** Whole numbers from an input, or from an attribute, as it was in old operator sets. */
  private int[] integers(Node node, int input, String attribute, int... otherwise) {
    if (!has(node, input) && !node.attributes.containsKey(attribute)) {
      return otherwise;
    }
    double[] given = has(node, input) ? constant(node, input).values() : node.signed(attribute);
    // Numbers that are larger than any size stand for the end.
    double most = 1 << 30;
    return Arrays.stream(given)
        .mapToInt(value -> (int) Math.max(-most, Math.min(most, value)))
        .toArray();
  }

  private void pad(Node node) {
    int[] out = value(node, 0).shape.clone();
    int rank = out.length;
    int[] pads = integers(node, 1, "pads");
    double value =
        has(node, 2)
            ? constant(node, 2).broadcast(new int[] {1}, node.name)[0]
            : node.number("value", 0);
    boolean plain = node.text("mode", "constant").equals("constant") && !has(node, 3);
    if (!plain || pads.length != 2 * rank) {
      throw node.refusal("padding by a constant, of all dimensions, is wanted");
    }
    int[] start = new int[rank];
    for (int d = 0; d < rank; d++) {
      start[d] = -pads[d];
      out[d] += pads[d] + pads[d + rank];
    }
    moved(node, out, Shapes.inOrder(rank), start, filled(rank, 1), value);
  }

  private void slice(Node node) {
    int[] out = value(node, 0).shape.clone();
    int rank = out.length;
    int[] begins = integers(node, 1, "starts");
    int[] ends = integers(node, 2, "ends");
    int[] axes = integers(node, 3, "axes", Shapes.inOrder(begins.length));
    int[] steps = integers(node, 4, "steps", filled(begins.length, 1));
    int[] start = new int[rank];
    int[] step = filled(rank, 1);
    boolean fits = ends.length == begins.length && axes.length == begins.length;
    for (int i = 0; fits && i < begins.length; i++) {
      int d = axes[i] < 0 ? axes[i] + rank : axes[i];
      fits = d >= 0 && d < rank && steps.length == begins.length && steps[i] > 0;
      if (fits) {
        int size = out[d];
        start[d] = Math.max(0, Math.min(size, begins[i] < 0 ? begins[i] + size : begins[i]));
        int end = Math.max(start[d], Math.min(size, ends[i] < 0 ? ends[i] + size : ends[i]));
        step[d] = steps[i];
        out[d] = (end - start[d] + steps[i] - 1) / steps[i];
      }
    }
    if (!fits) {
      throw node.refusal("a part of known dimensions, with steps forwards, is wanted");
    }
    moved(node, out, Shapes.inOrder(rank), start, step, 0);
  }

  private void concatenation(Node node) {
    int[] out = value(node, 0).shape.clone();
    int rank = out.length;
    int axis = (int) node.integer("axis", 1);
    axis += axis < 0 ? rank : 0;
    int total = 0;
    for (int i = 0; i < node.inputs.size(); i++) {
      int[] in = value(node, i).shape.clone();
      if (axis < 0 || axis >= rank || in.length != rank) {
        throw node.refusal("values of as many dimensions, one of them the axis, are wanted");
      }
      total += in[axis];
      in[axis] = out[axis];
      if (!Arrays.equals(in, out)) {
        throw node.refusal("the values do not fit each other");
      }
    }
    out[axis] = total;
    int[] start = new int[rank];
    int sum = -1;
    for (int i = 0; i < node.inputs.size(); i++) {
      Value part = value(node, i);
      int[] places = Shapes.places(part.shape, out, Shapes.inOrder(rank), start, filled(rank, 1));
      int placed = unnamed(part.number, Affine.moved(Shapes.size(part.shape), places, 1));
      sum = sum < 0 ? placed : unnamedSum(sum, placed, Layer.Sum.NO_RIVAL);
      start[axis] -= part.shape[axis];
    }
    values.put(node.outputs.get(0), new Value(sum, out));
  }

  private void gemm(Node node) {
    Value from = value(node, 0);
    Constant matrix = constant(node, 1);
    double alpha = node.number("alpha", 1);
    double beta = node.number("beta", 1);
    if (node.integer("transA", 0) != 0 || matrix.shape().length != 2 || alpha != 1 || beta != 1) {
      throw node.refusal("its first input is transposed, or alpha or beta is not 1");
    }
    double[][] weights = rows(matrix, node.integer("transB", 0) != 0);
    int[] shape = {1, weights.length};
    double[] bias = new double[weights.length];
    if (has(node, 2)) {
      bias = constant(node, 2).broadcast(shape, node.name);
    }
    linear(node, from, Affine.dense(weights).withBias(bias), shape);
  }

  /** The matrix by outputs: its own rows, or its columns. */
  private static double[][] rows(Constant matrix, boolean own) {
    int[] shape = matrix.shape();
    double[][] rows = new double[shape[own ? 0 : 1]][shape[own ? 1 : 0]];
    for (int k = 0; k < matrix.values().length; k++) {
      int i = k / shape[1];
      int j = k % shape[1];
      rows[own ? i : j][own ? j : i] = matrix.values()[k];
    }
    return rows;
  }

  /** One vector times a matrix, or a matrix times one vector. */
  private void matMul(Node node) {
    boolean left = isValue(node, 0);
    Value from = value(node, left ? 0 : 1);
    Constant matrix = constant(node, left ? 1 : 0);
    int[] shape = from.shape.clone();
    int axis = left || shape.length < 2 ? shape.length - 1 : shape.length - 2;
    if (matrix.shape().length != 2 || axis < 0 || Shapes.size(from.shape) != shape[axis]) {
      throw node.refusal("the product of one vector and a matrix is wanted");
    }
    double[][] weights = rows(matrix, !left);
    shape[axis] = weights.length;
    linear(node, from, Affine.dense(weights), shape);
  }

  private void arithmetic(Node node) {
    if (isValue(node, 0) && isValue(node, 1)) {
      sum(node);
      return;
    }
    if (!node.attributes.isEmpty()) {
      throw node.refusal("broadcasting by attributes, as before operator set 7, is not covered");
    }
    boolean first = isValue(node, 0);
    Value from = value(node, first ? 0 : 1);
    Constant other = constant(node, first ? 1 : 0);
    int[] shape = other.shapeOver(from.shape);
    double[] constant = other.broadcast(shape, node.name);
    double[] factors = new double[constant.length];
    double[] bias = new double[constant.length];
    boolean scales = node.type.equals("Mul") || node.type.equals("Div");
    double sign = node.type.equals("Sub") ? -1 : 1;
    if (node.type.equals("Div") && !first) {
      throw node.refusal("a division by a constant is wanted");
    }
    for (int i = 0; i < constant.length; i++) {
      double c = constant[i];
      factors[i] = node.type.equals("Div") ? 1 / c : scales ? c : first ? 1 : sign;
      bias[i] = scales ? 0 : first ? sign * c : c;
      if (!Double.isFinite(factors[i])) {
        throw node.refusal("a division by 0");
      }
    }
    boolean adds = !scales && (first || sign > 0);
    if (!adds || !joinsBias(node, first ? 0 : 1, new Value(from.number, shape), bias)) {
      double[] absolute = Arrays.stream(bias).map(Math::abs).toArray();
      linear(node, from, Affine.diagonal(factors, bias, absolute), shape);
    }
  }

  /**
   * A constant that is added to products, which nothing else takes, is their bias: runtimes may add
   * it first.
   */
  private boolean joinsBias(Node node, int input, Value from, double[] bias) {
    int last = layers.size() - 1;
    String name = node.inputs.get(input);
    if (last < 0
        || uses.getOrDefault(name, 0) != 1
        || !name.equals(lastProduct)
        || !(layers.get(last) instanceof Layer.Linear linear)) {
      return false;
    }
    Affine map = linear.map().withBias(bias);
    layers.set(last, new Layer.Linear(linear.from(), linear.to(), map));
    values.put(node.outputs.get(0), from);
    return true;
  }

  private void sum(Node node) {
    Value a = value(node, 0);
    Value b = value(node, 1);
    boolean minus = node.type.equals("Sub");
    if (!(minus || node.type.equals("Add")) || !Arrays.equals(a.shape, b.shape)) {
      throw node.refusal("of two values only sums of the same shape are covered");
    }
    int second = minus ? negative(b.number) : b.number;
    int to = name(node.outputs.get(0), a.shape);
    layers.add(new Layer.Sum(a.number, second, to, false, Layer.Sum.NO_RIVAL));
  }

  private int[] image(Node node, Value from) {
    int[] shape = from.shape;
    if (shape.length != 4 || shape[0] != 1) {
      throw node.refusal("one image of channels, rows and columns is wanted");
    }
    return new int[] {shape[1], shape[2], shape[3]};
  }

  private void convolution(Node node) {
    Value from = value(node, 0);
    Constant weight = constant(node, 1);
    if (weight.shape().length != 4) {
      throw node.refusal("a kernel of rows and columns is wanted");
    }
    int channels = weight.shape()[0];
    int each = Shapes.size(weight.shape()) / Math.max(1, channels);
    double[][] kernel = new double[channels][];
    for (int k = 0; k < channels; k++) {
      kernel[k] = Arrays.copyOfRange(weight.values(), k * each, (k + 1) * each);
    }
    double[] bias = new double[channels];
    if (has(node, 2)) {
      bias = constant(node, 2).broadcast(new int[] {channels}, node.name);
    }
    int[] window = {weight.shape()[2], weight.shape()[3]};
    int groups = (int) node.integer("group", 1);
    int[] in = image(node, from);
    if (groups < 1 || in[0] != weight.shape()[1] * groups || channels % groups != 0) {
      throw node.refusal("its weights do not fit its input");
    }
    windowed(node, from, kernel, window, groups, bias);
  }

  private void windowed(
      Node node, Value from, double[][] kernel, int[] window, int groups, double[] bias) {
    int[] in = image(node, from);
    SlidingWindow g = SlidingWindow.of(node, in, window);
    int[] out = {kernel.length, g.rows(), g.columns()};
    double[] everywhere = new double[Shapes.size(out)];
    for (int i = 0; i < everywhere.length; i++) {
      everywhere[i] = bias[i / (out[1] * out[2])];
    }
    Affine map =
        Affine.convolution(in, out, kernel, window, g.stride(), g.pads(), g.dilation(), groups);
    linear(node, from, map.withBias(everywhere), 1, out[0], out[1], out[2]);
  }

  /** A convolution of each channel by itself with equal weights. */
  private void pooling(Node node) {
    Value from = value(node, 0);
    int[] in = image(node, from);
    boolean global = !node.type.equals("AveragePool");
    int[] window = global ? new int[] {in[1], in[2]} : node.integers("kernel_shape");
    SlidingWindow g = SlidingWindow.of(node, in, window);
    boolean counted = node.integer("count_include_pad", 0) != 0;
    double[] shares = new double[in[0] * g.rows() * g.columns()];
    boolean alike = true;
    for (int i = 0; i < shares.length; i++) {
      int rows = g.counted(0, i / g.columns() % g.rows(), window, in, counted);
      int count = rows * g.counted(1, i % g.columns(), window, in, counted);
      if (count == 0) {
        throw node.refusal("a window is all padding");
      }
      shares[i] = 1.0 / count;
      alike &= count == window[0] * window[1];
    }
    double[] weights = new double[window[0] * window[1]];
    Arrays.fill(weights, alike ? shares[0] : 1);
    double[][] kernel = new double[in[0]][];
    Arrays.fill(kernel, weights);
    windowed(node, from, kernel, window, in[0], new double[in[0]]);
    if (!alike) {
      // Sums, of which each is divided by what counts in its window.
      String name = node.outputs.get(0);
      Value sums = values.remove(name);
      double[] none = new double[shares.length];
      int means = unnamed(sums.number, Affine.diagonal(shares, none, none));
      values.put(name, new Value(means, sums.shape));
    }
  }

  /** Over the rows and columns of an image, which is a pool over all of it. */
  private void mean(Node node) {
    int rank = value(node, 0).shape.length;
    int[] axes = integers(node, 1, "axes").clone();
    for (int i = 0; i < axes.length; i++) {
      axes[i] += axes[i] < 0 ? rank : 0;
    }
    Arrays.sort(axes);
    if (rank != 4 || !Arrays.equals(axes, new int[] {2, 3})) {
      throw node.refusal("the mean over the rows and columns of an image is wanted");
    }
    pooling(node);
    if (node.integer("keepdims", 1) == 0) {
      Value means = requireNonNull(values.get(node.outputs.get(0)));
      values.put(node.outputs.get(0), new Value(means.number, Arrays.copyOf(means.shape, 2)));
    }
  }

  /** scale (x - mean) / sqrt(variance + epsilon) + shift. */
  private void normalisation(Node node) {
    Value from = value(node, 0);
    int[] shape = from.shape;
    int channels = shape.length > 1 ? shape[1] : 1;
    boolean plain = node.integer("training_mode", 0) == 0 && node.integer("spatial", 1) == 1;
    if (!plain || shape[0] != 1) {
      throw node.refusal("it is in training mode, not by channel, or the batch is not 1");
    }
    double[][] c = new double[4][];
    for (int i = 0; i < c.length; i++) {
      c[i] = constant(node, i + 1).broadcast(new int[] {channels}, node.name);
    }
    double epsilon = node.number("epsilon", 1e-5f);
    int n = Shapes.size(shape);
    double[] factors = new double[n];
    double[] bias = new double[n];
    double[] absolute = new double[n];
    for (int i = 0; i < n; i++) {
      int k = i / (n / channels);
      factors[i] = c[0][k] / Math.sqrt(c[3][k] + epsilon);
      bias[i] = c[1][k] - factors[i] * c[2][k];
      absolute[i] = Math.abs(c[1][k]) + Math.abs(factors[i] * c[2][k]);
      if (!(c[3][k] >= 0) || !Double.isFinite(factors[i])) {
        throw node.refusal("a variance is negative, or 0 with epsilon 0");
      }
    }
    linear(node, from, Affine.diagonal(factors, bias, absolute), shape);
  }
}
