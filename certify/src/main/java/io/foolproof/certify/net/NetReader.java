package io.foolproof.certify.net;

import static java.util.Objects.requireNonNull;

import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxValue;
import io.foolproof.model.operator.Attributes;
import io.foolproof.model.operator.Node;
import io.foolproof.tensor.EngineException;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads the network of an ONNX model, as far as there are bounds for its operators. */
public final class NetReader {
  private final OnnxModel model;
  private final Map<String, Tensor> constants;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  /** The name of the value of the last step, where it has no bias yet; empty elsewhere. */
  private String biasless = "";

  /** The number of a value, and its shape under this name. */
  private record Value(int number, long[] shape) {
    int size() {
      return (int) product(shape);
    }
  }

  private NetReader(OnnxModel model) {
    this.model = model;
    this.constants = new HashMap<>(model.initialisers());
  }

  /**
   * The network that gives a model's only output.
   *
   * @throws InvalidInputException when there are no bounds for an operator, which is named, or the
   *     model has several inputs or outputs, or weights that are not finite
   */
  public static Net read(OnnxModel model) {
    return new NetReader(model).net();
  }

  private Net net() {
    if (model.inputs().size() != 1 || model.outputs().size() != 1) {
      throw refusal("bounds are for networks with one input and one output");
    }
    OnnxValue input = model.inputs().get(0);
    String output = model.outputs().get(0).name();
    List<OnnxValue.Size> shape = input.shape();
    if (shape == null) {
      throw refusal("the input has no shape; export it with one");
    }
    if (input.onnxType() != Folding.FLOAT && input.onnxType() != Folding.DOUBLE) {
      throw refusal("bounds are for networks that compute in 32 or 64 bits, not in 16 or integers");
    }
    name(input.name(), shapeOf(shape));
    model.nodes().forEach(node -> node.inputs().forEach(i -> uses.merge(i, 1, Integer::sum)));
    uses.merge(output, 1, Integer::sum);
    for (Node node : model.nodes()) {
      read(node);
    }
    Value last = values.get(output);
    if (last == null) {
      throw refusal("the output '" + output + "' does not depend on the input");
    }
    return new Net(sizes, steps, last.number);
  }

  private long[] shapeOf(List<OnnxValue.Size> sizes) {
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      boolean fixed = sizes.get(i).isFixed() && sizes.get(i).value() > 0;
      if (!fixed && i > 0) {
        throw refusal("the input leaves sizes open besides the batch");
      }
      shape[i] = fixed ? sizes.get(i).value() : 1;
    }
    return shape;
  }

  private InvalidInputException refusal(String why) {
    return new InvalidInputException(model.name() + ": " + why);
  }

  private InvalidInputException refusal(Node node, String why) {
    return refusal(node + ": " + why);
  }

  private static long product(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  private int name(String name, long... shape) {
    values.put(name, new Value(sizes.size(), shape));
    sizes.add((int) product(shape));
    return sizes.size() - 1;
  }

  private void read(Node node) {
    int before = steps.size();
    if (isFolded(node)) {
      constants.put(node.outputs().get(0), folded(node));
      return;
    }
    switch (node.type()) {
      case "Constant" -> constant(node);
      case "Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast" ->
          reshape(node);
      case "Relu" -> rectifier(node);
      case "Clip" -> clip(node);
      case "Softmax", "LogSoftmax" ->
          throw refusal(
              node,
              "there are no bounds for probabilities; export the network without its last"
                  + " layer: a property of the numbers before it is another one, except of which is"
                  + " the largest");
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
      case "AveragePool", "GlobalAveragePool" -> pooling(node);
      case "ReduceMean" -> mean(node);
      case "BatchNormalization" -> normalisation(node);
      default -> throw refusal(node, "there are no bounds for this operator");
    }
    boolean isProduct =
        steps.size() > before
            && steps.get(steps.size() - 1) instanceof Step.Linear linear
            && !(linear.map() instanceof LinearMap.Diagonal)
            && !linear.map().isExact()
            && Arrays.stream(linear.map().bias()).allMatch(b -> b == 0);
    biasless = isProduct ? node.outputs().get(0) : "";
  }

  private void constant(Node node) {
    Attributes given = node.attributes();
    Tensor value = given.tensor("value");
    long[] integers = given.integers("value_ints");
    if (given.has("value_float")) {
      value = Tensor.of(new float[] {(float) given.number("value_float", 0)});
    } else if (given.has("value_int")) {
      value = Tensor.of(new long[] {given.integer("value_int")});
    } else if (integers != null) {
      value = Tensor.of(integers, integers.length);
    }
    if (value == null) {
      throw refusal(node, "a constant that is no tensor");
    }
    constants.put(node.outputs().get(0), Scope.outlive(value));
  }

  /** Whether a node gives what is known without the input: moved weights, or shapes. */
  private boolean isFolded(Node node) {
    return node.type().equals("Shape")
        || (Folding.covers(node.type())
            && !node.inputs().isEmpty()
            && node.inputs().stream().allMatch(constants::containsKey));
  }

  private Tensor folded(Node node) {
    @Nullable Tensor result;
    if (node.type().equals("Shape")) {
      long[] shape = isValue(node, 0) ? value(node, 0).shape : constant(node, 0).shape();
      result = Folding.shape(node, shape);
    } else {
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        inputs.add(constant(node, i));
      }
      result = Folding.folded(node, inputs);
    }
    if (result == null) {
      throw refusal(node, "of constants, this is not covered");
    }
    return result;
  }

  private Value value(Node node, int index) {
    Value value = index < node.inputs().size() ? values.get(node.inputs().get(index)) : null;
    if (value == null) {
      throw refusal(node, "input " + index + " should depend on the network's input");
    }
    return value;
  }

  private boolean isValue(Node node, int index) {
    return index < node.inputs().size() && values.containsKey(node.inputs().get(index));
  }

  private boolean has(Node node, int index) {
    return index < node.inputs().size() && !node.inputs().get(index).isEmpty();
  }

  private Tensor constant(Node node, int index) {
    Tensor value = has(node, index) ? constants.get(node.inputs().get(index)) : null;
    if (value == null) {
      throw refusal(node, "input " + index + " should be a constant of the file");
    }
    return value;
  }

  private double[] finite(Node node, Tensor tensor) {
    double[] numbers = tensor.toDoubles();
    if (!Arrays.stream(numbers).allMatch(Double::isFinite)) {
      throw refusal(node, "it has weights that are not finite");
    }
    return numbers;
  }

  /** A constant repeated to fill a shape. */
  private double[] filling(Node node, int index, long... shape) {
    Tensor constant = constant(node, index);
    long[] own = constant.shape();
    int more = Math.max(0, own.length - shape.length);
    try (Scope scope = Scope.open()) {
      // Dimensions of 1 in front change no place of a value.
      boolean fits = Arrays.stream(own, 0, more).allMatch(size -> size == 1);
      Tensor fitted = fits ? constant.reshape(Arrays.copyOfRange(own, more, own.length)) : constant;
      return finite(node, fitted.expand(shape));
    } catch (EngineException e) {
      throw refusal(node, "a constant does not fit the values that it is combined with");
    }
  }

  private void linear(Node node, Value from, LinearMap map, long... shape) {
    if (map.inputs() != from.size() || map.outputs() != product(shape)) {
      throw refusal(node, "its weights do not fit its input");
    }
    steps.add(new Step.Linear(from.number, name(node.outputs().get(0), shape), map));
  }

  private void rectifier(Node node) {
    Value from = value(node, 0);
    String name = node.outputs().get(0);
    steps.add(new Step.Rectifier(from.number, name(name, from.shape), name));
  }

  /**
   * max(x, l) = l + max(x - l, 0), and min(x, h) = h - max(h - x, 0); no execution rounds what that
   * is made of.
   */
  private void clip(Node node) {
    double low = limit(node, 1, "min", Double.NEGATIVE_INFINITY);
    double high = limit(node, 2, "max", Double.POSITIVE_INFINITY);
    boolean isRange =
        low <= high && low < Double.POSITIVE_INFINITY && high > Double.NEGATIVE_INFINITY;
    if (!isRange) {
      throw refusal(node, "its minimum is above its maximum, or one of them is NaN");
    }
    if (low == 0 && high == Double.POSITIVE_INFINITY) {
      rectifier(node);
      return;
    }
    Value from = value(node, 0);
    String name = node.outputs().get(0);
    int number = from.number;
    if (low > Double.NEGATIVE_INFINITY) {
      number = shifted(unnamedRectifier(shifted(number, 1, -low), name), 1, low);
    }
    if (high < Double.POSITIVE_INFINITY) {
      number = shifted(unnamedRectifier(shifted(number, -1, high), name), -1, high);
    }
    values.put(name, new Value(number, from.shape));
  }

  /** A limit of a clip; infinite where no number of the network's type is beyond it. */
  private double limit(Node node, int index, String attribute, double none) {
    double limit = node.attributes().number(attribute, none);
    if (has(node, index)) {
      double[] given = constant(node, index).toDoubles();
      if (given.length != 1) {
        throw refusal(node, "its " + attribute + " is no single number");
      }
      limit = given[0];
    }
    boolean single = model.inputs().get(0).onnxType() == Folding.FLOAT;
    return Math.abs(limit) >= (single ? Float.MAX_VALUE : Double.MAX_VALUE)
        ? Math.copySign(Double.POSITIVE_INFINITY, limit)
        : limit;
  }

  /** y = s x + c, which no execution computes. */
  private int shifted(int from, double sign, double by) {
    double[] signs = new double[sizes.get(from)];
    double[] bias = new double[signs.length];
    double[] absolute = new double[signs.length];
    Arrays.fill(signs, sign);
    Arrays.fill(bias, by);
    Arrays.fill(absolute, Math.abs(by));
    return unnamed(
        from, new LinearMap.Diagonal(weights(signs, signs.length), bias, absolute, true));
  }

  private void tanh(Node node) {
    Value from = value(node, 0);
    String name = node.outputs().get(0);
    steps.add(new Step.Tanh(from.number, name(name, from.shape), name));
  }

  /** y = 1/2 + tanh(x/2) / 2; no execution rounds what that is made of. */
  private void sigmoid(Node node) {
    Value from = value(node, 0);
    String name = node.outputs().get(0);
    int n = from.size();
    double[] half = new double[n];
    Arrays.fill(half, 0.5);
    double[] none = new double[n];
    LinearMap.Weights factors = weights(half, n);
    int inner = unnamed(from.number, new LinearMap.Diagonal(factors, none, none, true));
    int curve = unnamed(n);
    steps.add(new Step.Tanh(inner, curve, name));
    int outer = unnamed(curve, new LinearMap.Diagonal(factors, half, half, true));
    values.put(name, new Value(outer, from.shape));
  }

  /** The same values in the same order: the same value under another name. */
  private void reshape(Node node) {
    Value from = value(node, 0);
    if (node.type().equals("Dropout") && has(node, 2)) {
      throw refusal(node, "it may be in training mode");
    }
    long[] shape =
        switch (node.type()) {
          case "Flatten" -> {
            int given = (int) node.attributes().integer("axis", 1);
            int rank = from.shape.length;
            int axis = given < 0 ? given + rank : given;
            if (axis < 0 || axis > rank) {
              throw refusal(node, "its axis is none of the dimensions");
            }
            long rows = product(Arrays.copyOf(from.shape, axis));
            yield new long[] {rows, from.size() / rows};
          }
          case "Reshape" -> reshaped(from, constant(node, 1).toLongs());
          case "Squeeze", "Unsqueeze" -> {
            long[] axes =
                has(node, 1) ? constant(node, 1).toLongs() : node.attributes().integers("axes");
            long[] given = Folding.withoutOnes(node, from.shape, axes);
            if (given == null) {
              throw refusal(node, "its axes do not fit the values");
            }
            yield given;
          }
          case "Cast" -> {
            if (node.attributes().integer("to", 0) != model.inputs().get(0).onnxType()) {
              throw refusal(node, "values are rounded to another type");
            }
            yield from.shape;
          }
          default -> from.shape;
        };
    if (product(shape) != from.size()) {
      throw refusal(node, "the shape does not fit the values");
    }
    values.put(node.outputs().get(0), new Value(from.number, shape));
  }

  private static long[] reshaped(Value from, long[] wanted) {
    long[] shape = wanted.clone();
    long known = 1;
    int open = -1;
    for (int d = 0; d < shape.length; d++) {
      shape[d] = shape[d] == 0 && d < from.shape.length ? from.shape[d] : shape[d];
      if (shape[d] < 0) {
        open = d;
      } else {
        known *= shape[d];
      }
    }
    if (open >= 0) {
      shape[open] = from.size() / Math.max(1, known);
    }
    return shape;
  }

  private int unnamed(int size) {
    sizes.add(size);
    return sizes.size() - 1;
  }

  private int unnamed(int from, LinearMap map) {
    int to = unnamed(map.outputs());
    steps.add(new Step.Linear(from, to, map));
    return to;
  }

  private int unnamedRectifier(int from, String name) {
    int to = unnamed(sizes.get(from));
    steps.add(new Step.Rectifier(from, to, name));
    return to;
  }

  private int unnamedJoin(int a, int b) {
    int to = unnamed(sizes.get(a));
    steps.add(new Step.Join(a, b, to));
    return to;
  }

  /** y = s x + (1 - s) max(x, 0); only s x is rounded in an execution. */
  private void leaky(Node node) {
    Value from = value(node, 0);
    int n = from.size();
    double[] slopes = new double[n];
    Arrays.fill(slopes, (float) node.attributes().number("alpha", 0.01f));
    if (node.type().equals("PRelu")) {
      slopes = filling(node, 1, from.shape);
    }
    double[] rest = Arrays.stream(slopes).map(slope -> 1 - slope).toArray();
    double[] none = new double[n];
    String name = node.outputs().get(0);
    int scaled =
        unnamed(from.number, new LinearMap.Diagonal(weights(slopes, n), none, none, false));
    int rectified = unnamedRectifier(from.number, name);
    int other = unnamed(rectified, new LinearMap.Diagonal(weights(rest, n), none, none, true));
    values.put(name, new Value(unnamedJoin(scaled, other), from.shape));
  }

  /**
   * The largest of a window, pair by pair: max(a, b) = a + max(b - a, 0).
   *
   * <p>A rectifier before it comes behind it: both orders give the same, and so there are fewer of
   * its inputs, and differences are those of what is affine.
   */
  private void maximum(Node node) {
    String name = node.outputs().get(0);
    Value from = value(node, 0);
    if (node.wants(1)) {
      throw refusal(node, "the indices of the maxima are wanted, too");
    }
    long[] kernel = orElse(node.attributes().integers("kernel_shape"));
    SlidingWindow g = windowOver(node, from, kernel);
    int last = steps.size() - 1;
    int number = from.number;
    boolean rectified =
        last >= 0
            && steps.get(last) instanceof Step.Rectifier rectifier
            && rectifier.name().equals(node.inputs().get(0))
            && uses.getOrDefault(rectifier.name(), 0) == 1;
    if (rectified) {
      number = ((Step.Rectifier) steps.remove(last)).from();
      sizes.remove(sizes.size() - 1);
      values.remove(node.inputs().get(0));
    }
    int[][] places =
        Moves.windows(from.shape, kernel, g.window(), g.rows(), g.columns())
            .orElseThrow(() -> refusal(node, "a window is all padding"));
    Deque<Integer> left = new ArrayDeque<>();
    for (int[] each : places) {
      left.add(unnamed(number, LinearMap.Moved.of(from.size(), each, 1)));
    }
    for (int k = 0; left.size() > 1; k++) {
      int a = left.remove();
      int b = left.remove();
      int difference = unnamedJoin(b, unnamed(a, Moves.negative(sizes.get(a))));
      int excess = unnamedRectifier(difference, name + "/" + k);
      int to = unnamed(sizes.get(a));
      steps.add(new Step.Maximum(a, b, excess, to));
      left.add(to);
    }
    int result = rectified ? unnamedRectifier(left.remove(), name) : left.remove();
    values.put(name, new Value(result, new long[] {1, from.shape[1], g.rows(), g.columns()}));
  }

  private void moved(Node node, Moves.Move move, double otherwise) {
    Value from = value(node, 0);
    if (Arrays.stream(move.shape()).anyMatch(size -> size < 1)) {
      throw refusal(node, "nothing is left of its input");
    }
    int[] source = move.sources(from.shape);
    double[] bias = new double[source.length];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = source[i] == from.size() ? otherwise : 0;
    }
    linear(node, from, LinearMap.Moved.of(from.size(), source, 1).withBias(bias), move.shape());
  }

  private void transpose(Node node) {
    long[] in = value(node, 0).shape;
    long[] reversed = new long[in.length];
    for (int d = 0; d < in.length; d++) {
      reversed[d] = in.length - 1L - d;
    }
    long[] order = orElse(node.attributes().integers("perm"), reversed);
    long[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int d = 0; d < in.length; d++) {
      if (order.length != in.length || sorted[d] != d) {
        throw refusal(node, "its perm is no order of the dimensions");
      }
    }
    moved(node, Moves.transposition(in, order), 0);
  }

  /** Whole numbers of an input, or of an attribute, as it was in old operator sets. */
  private long[] integers(Node node, int input, String attribute, long... otherwise) {
    return has(node, input)
        ? constant(node, input).toLongs()
        : orElse(node.attributes().integers(attribute), otherwise);
  }

  private void pad(Node node) {
    long[] in = value(node, 0).shape;
    long[] pads = integers(node, 1, "pads");
    boolean constant = node.attributes().text("mode", "constant").equals("constant");
    if (!constant || has(node, 3) || pads.length != 2 * in.length) {
      throw refusal(node, "padding by a constant, of all dimensions, is wanted");
    }
    double value =
        has(node, 2) ? filling(node, 2, 1)[0] : (float) node.attributes().number("value", 0);
    moved(node, Moves.padding(in, pads), value);
  }

  private void slice(Node node) {
    long[] in = value(node, 0).shape;
    long[] starts = integers(node, 1, "starts");
    long[] ends = integers(node, 2, "ends");
    long[] axes = integers(node, 3, "axes", LongStream.range(0, starts.length).toArray());
    long[] ones = new long[starts.length];
    Arrays.fill(ones, 1);
    long[] steps = integers(node, 4, "steps", ones);
    boolean fits =
        ends.length == starts.length
            && axes.length == starts.length
            && steps.length == starts.length
            && Arrays.stream(steps).allMatch(step -> step > 0)
            && Arrays.stream(axes).allMatch(axis -> axis >= -in.length && axis < in.length);
    if (!fits) {
      throw refusal(node, "a part of known dimensions, with steps forwards, is wanted");
    }
    moved(node, Moves.part(in, starts, ends, axes, steps), 0);
  }

  private void concatenation(Node node) {
    long[] shape = value(node, 0).shape.clone();
    int axis = (int) node.attributes().integer("axis", 1);
    axis += axis < 0 ? shape.length : 0;
    if (axis < 0 || axis >= shape.length) {
      throw refusal(node, "its axis is none of the dimensions");
    }
    long total = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      long[] part = value(node, i).shape.clone();
      total += part.length == shape.length ? part[axis] : 0;
      part[Math.min(axis, part.length - 1)] = shape[axis];
      if (!Arrays.equals(part, shape)) {
        throw refusal(node, "the values do not fit each other");
      }
    }
    shape[axis] = total;
    long before = 0;
    int joined = -1;
    for (int i = 0; i < node.inputs().size(); i++) {
      Value part = value(node, i);
      int[] source = Moves.within(shape, axis, before).sources(part.shape);
      int placed = unnamed(part.number, LinearMap.Moved.of(part.size(), source, 1));
      joined = joined < 0 ? placed : unnamedJoin(joined, placed);
      before += part.shape[axis];
    }
    values.put(node.outputs().get(0), new Value(joined, shape));
  }

  private void gemm(Node node) {
    Value from = value(node, 0);
    Tensor matrix = constant(node, 1);
    boolean scaled =
        node.attributes().number("alpha", 1) != 1 || node.attributes().number("beta", 1) != 1;
    if (scaled || node.attributes().flag("transA", false) || matrix.rank() != 2) {
      throw refusal(node, "its first input is transposed, or alpha or beta is not 1");
    }
    dense(node, from, matrix, node.attributes().flag("transB", false), 1, -1);
  }

  private void dense(Node node, Value from, Tensor matrix, boolean own, int rank, int axis) {
    try (Scope scope = Scope.open()) {
      Tensor weights = own ? matrix : matrix.transpose(0, 1);
      long outputs = weights.size(0);
      double[] numbers = finite(node, weights);
      long[] shape = axis < 0 ? new long[] {rank, outputs} : from.shape.clone();
      if (axis >= 0) {
        shape[axis] = outputs;
      }
      boolean biased = node.type().equals("Gemm") && has(node, 2);
      double[] bias = biased ? filling(node, 2, shape) : new double[(int) outputs];
      linear(
          node, from, new LinearMap.Dense(weights(numbers, outputs, weights.size(1)), bias), shape);
    }
  }

  private static LinearMap.Weights weights(double[] values, long... shape) {
    LinearMap.Weights weights = LinearMap.Weights.of(values, shape);
    Scope.outlive(weights.single());
    Scope.outlive(weights.twice());
    return weights;
  }

  /** One vector times a matrix, or a matrix times one vector. */
  private void matMul(Node node) {
    boolean left = isValue(node, 0);
    Value from = value(node, left ? 0 : 1);
    Tensor matrix = constant(node, left ? 1 : 0);
    int rank = from.shape.length;
    int axis = left || rank < 2 ? rank - 1 : rank - 2;
    if (matrix.rank() != 2 || axis < 0 || from.size() != from.shape[axis]) {
      throw refusal(node, "the product of one vector and a matrix is wanted");
    }
    dense(node, from, matrix, !left, 1, axis);
  }

  private void arithmetic(Node node) {
    if (isValue(node, 0) && isValue(node, 1)) {
      sum(node);
      return;
    }
    boolean first = isValue(node, 0);
    Value from = value(node, first ? 0 : 1);
    // A constant of more dimensions adds them to the value.
    int rank = Math.max(from.shape.length, constant(node, first ? 1 : 0).rank());
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    System.arraycopy(from.shape, 0, shape, rank - from.shape.length, from.shape.length);
    double[] c = filling(node, first ? 1 : 0, shape);
    double[] factors = new double[c.length];
    double[] bias = new double[c.length];
    for (int i = 0; i < c.length; i++) {
      switch (node.type()) {
        case "Mul" -> factors[i] = c[i];
        case "Div" -> factors[i] = first ? 1 / c[i] : Double.NaN;
        case "Add" -> {
          factors[i] = 1;
          bias[i] = c[i];
        }
        default -> {
          factors[i] = first ? 1 : -1;
          bias[i] = first ? -c[i] : c[i];
        }
      }
      if (!Double.isFinite(factors[i])) {
        throw refusal(node, "a division by a constant that is not 0 is wanted");
      }
    }
    boolean adds = node.type().equals("Add") || (node.type().equals("Sub") && first);
    String name = node.inputs().get(first ? 0 : 1);
    if (!adds || !joinsBias(node, name, new Value(from.number, shape), bias)) {
      linear(
          node,
          from,
          new LinearMap.Diagonal(
              weights(factors, factors.length),
              bias,
              Arrays.stream(bias).map(Math::abs).toArray(),
              false),
          shape);
    }
  }

  /** What is added to products that nothing else takes is their bias: it may be added first. */
  private boolean joinsBias(Node node, String name, Value from, double[] bias) {
    int last = steps.size() - 1;
    if (!name.equals(biasless) || uses.getOrDefault(name, 0) != 1) {
      return false;
    }
    Step.Linear linear = (Step.Linear) steps.get(last);
    LinearMap map = linear.map().withBias(bias);
    steps.set(last, new Step.Linear(linear.from(), linear.to(), map));
    values.put(node.outputs().get(0), from);
    return true;
  }

  private void sum(Node node) {
    Value a = value(node, 0);
    Value b = value(node, 1);
    boolean minus = node.type().equals("Sub");
    if (!(minus || node.type().equals("Add")) || !Arrays.equals(a.shape, b.shape)) {
      throw refusal(node, "of two values there are bounds only for sums of the same shape");
    }
    int second = minus ? unnamed(b.number, Moves.negative(b.size())) : b.number;
    int to = name(node.outputs().get(0), a.shape);
    steps.add(new Step.Sum(a.number, second, to));
  }

  private void convolution(Node node) {
    Tensor kernel = constant(node, 1);
    if (kernel.rank() != 4) {
      throw refusal(node, "a kernel of rows and columns is wanted");
    }
    double[] bias =
        has(node, 2) ? finite(node, constant(node, 2)) : new double[(int) kernel.size(0)];
    windowed(
        node,
        weights(finite(node, kernel), kernel.shape()),
        node.attributes().integer("group", 1),
        bias);
  }

  /** A convolution of each channel by itself with equal weights. */
  private void pooling(Node node) {
    Value from = value(node, 0);
    long[] shape = from.shape;
    long[] window =
        node.type().equals("AveragePool") || shape.length != 4
            ? orElse(node.attributes().integers("kernel_shape"))
            : new long[] {shape[2], shape[3]};
    SlidingWindow g = windowOver(node, from, window);
    boolean counted = node.attributes().integer("count_include_pad", 0) != 0;
    long[] down = g.counts(0, window[0], shape[2], counted);
    long[] across = g.counts(1, window[1], shape[3], counted);
    int channels = (int) shape[1];
    int places = (int) (g.rows() * g.columns());
    double[] shares = new double[channels * places];
    boolean alike = true;
    for (int i = 0; i < shares.length; i++) {
      long count = down[(int) (i % places / g.columns())] * across[(int) (i % g.columns())];
      if (count == 0) {
        throw refusal(node, "a window is all padding");
      }
      shares[i] = 1.0 / count;
      alike &= count == window[0] * window[1];
    }
    double[] equal = new double[(int) (channels * window[0] * window[1])];
    Arrays.fill(equal, alike ? shares[0] : 1);
    windowed(
        node, weights(equal, channels, 1, window[0], window[1]), channels, new double[channels]);
    if (!alike) {
      // Sums, of which each is divided by what counts in its window.
      String name = node.outputs().get(0);
      Value sums = requireNonNull(values.get(name));
      double[] none = new double[shares.length];
      LinearMap divided = new LinearMap.Diagonal(weights(shares, shares.length), none, none, false);
      values.put(name, new Value(unnamed(sums.number, divided), sums.shape));
    }
  }

  /** The mean of each channel, as a pool over the whole image. */
  private void mean(Node node) {
    int rank = value(node, 0).shape.length;
    long[] axes =
        Arrays.stream(integers(node, 1, "axes")).map(a -> a < 0 ? a + rank : a).sorted().toArray();
    if (rank != 4 || !Arrays.equals(axes, new long[] {2, 3})) {
      throw refusal(node, "the mean over the rows and columns of an image is wanted");
    }
    pooling(node);
    if (node.attributes().integer("keepdims", 1) == 0) {
      String name = node.outputs().get(0);
      Value means = requireNonNull(values.get(name));
      values.put(name, new Value(means.number, Arrays.copyOf(means.shape, 2)));
    }
  }

  /** What is given, or what stands for it where nothing is. */
  static long[] orElse(long @Nullable [] given, long... otherwise) {
    return given == null ? otherwise : given;
  }

  private SlidingWindow windowOver(Node node, Value from, long[] kernel) {
    return SlidingWindow.of(node, from.shape, kernel, why -> refusal(node, why));
  }

  private void windowed(Node node, LinearMap.Weights kernel, long groups, double[] bias) {
    Value from = value(node, 0);
    long[] size = {kernel.twice().size(2), kernel.twice().size(3)};
    SlidingWindow g = windowOver(node, from, size);
    if (!Arrays.equals(g.before(), g.after())) {
      long[] pads = {0, 0, g.before()[0], g.before()[1], 0, 0, g.after()[0], g.after()[1]};
      Moves.Move move = Moves.padding(from.shape, pads);
      LinearMap padding = LinearMap.Moved.of(from.size(), move.sources(from.shape), 1);
      from = new Value(unnamed(from.number, padding), move.shape());
      long[] none = new long[2];
      g = new SlidingWindow(g.stride(), g.dilation(), none, none, g.rows(), g.columns(), g.rest());
    }
    long[] in = Arrays.copyOfRange(from.shape, 1, 4);
    long[] out = {kernel.twice().size(0), g.rows(), g.columns()};
    if (in[0] != kernel.twice().size(1) * groups || bias.length != out[0]) {
      throw refusal(node, "its weights do not fit its input");
    }
    double[] everywhere = new double[(int) product(out)];
    for (int i = 0; i < everywhere.length; i++) {
      everywhere[i] = bias[(int) (i / (out[1] * out[2]))];
    }
    linear(
        node,
        from,
        new LinearMap.Convolution(kernel, in, out, g.window(), g.rest(), groups, everywhere),
        1,
        out[0],
        out[1],
        out[2]);
  }

  /** scale (x - mean) / sqrt(variance + epsilon) + shift. */
  private void normalisation(Node node) {
    Value from = value(node, 0);
    int channels = from.shape.length > 1 ? (int) from.shape[1] : 1;
    double[] scale = filling(node, 1, channels);
    double[] shift = filling(node, 2, channels);
    double[] mean = filling(node, 3, channels);
    double[] variance = filling(node, 4, channels);
    double epsilon = (float) node.attributes().number("epsilon", 1e-5f);
    int n = from.size();
    double[] factors = new double[n];
    double[] bias = new double[n];
    double[] absolute = new double[n];
    for (int i = 0; i < n; i++) {
      int k = i / (n / channels);
      factors[i] = scale[k] / Math.sqrt(variance[k] + epsilon);
      bias[i] = shift[k] - factors[i] * mean[k];
      absolute[i] = Math.abs(shift[k]) + Math.abs(factors[i] * mean[k]);
      if (!(variance[k] >= 0) || !Double.isFinite(factors[i])) {
        throw refusal(node, "a variance is negative, or 0 with epsilon 0");
      }
    }
    if (from.shape[0] != 1 || node.attributes().integer("training_mode", 0) != 0) {
      throw refusal(node, "it is in training mode, or the batch is not 1");
    }
    linear(
        node, from, new LinearMap.Diagonal(weights(factors, n), bias, absolute, false), from.shape);
  }
}
