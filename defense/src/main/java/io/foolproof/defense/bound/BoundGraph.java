package io.foolproof.defense.bound;

import static java.util.Objects.requireNonNull;

import io.foolproof.defense.bound.BoundStep.Kind;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.Operators;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A net whose values can be bounded under any weights, so that these can be trained by the bounds.
 *
 * <p>What {@code foolproof prove} cannot bound is not trained by bounds here. No rounding is
 * counted: a rate by these bounds is one of exact arithmetic, and no proof.
 */
public final class BoundGraph {
  private static final Set<String> WEIGHTED =
      Set.of("Conv", "Gemm", "MatMul", "BatchNormalization");
  private static final Set<String> LINEAR =
      Set.of(
          "AveragePool",
          "Dropout",
          "Flatten",
          "GlobalAveragePool",
          "Identity",
          "Reshape",
          "Transpose");

  private final String name;
  private final InputSpec input;
  private final String entering;
  private final List<BoundStep> steps = new ArrayList<>();

  /** Values that do not depend on the image, by name; weights among them are replaced. */
  private final Map<String, Tensor> constants = new HashMap<>();

  private BoundGraph(OnnxClassifier net) {
    OnnxModel model = net.model();
    this.name = model.name();
    this.input = net.input();
    if (model.inputs().size() != 1 || !net.takesPixelsInOrder()) {
      throw new InvalidInputException(
          name + ": bounds are for nets that take pixels in [0, 1] as they are, in one input");
    }
    this.entering = model.inputs().get(0).name();
    constants.putAll(model.initialisers());
    Set<String> values = new TreeSet<>(Set.of(entering));
    try (Scope scope = Scope.open()) {
      for (Node node : model.nodes()) {
        BoundStep step = step(node, values, model.opset());
        if (step.values().isEmpty()) {
          constants.put(
              step.output(), Scope.outlive(step.apply(inputs(node, Map.of(), constants))));
        } else {
          values.add(step.output());
          steps.add(step);
        }
      }
    }
    BoundStep last = last();
    if (!(last.isAffine() && Set.of("Gemm", "MatMul").contains(last.node().type()))) {
      throw refusal(last.node(), "the last layer of a net that is trained by bounds is a matrix");
    }
  }

  /**
   * Reads a net.
   *
   * @throws InvalidInputException when an operator has no bounds; its node is named
   */
  public static BoundGraph of(OnnxClassifier net) {
    return new BoundGraph(net);
  }

  private BoundStep step(Node node, Set<String> values, int opset) {
    List<Integer> taken =
        IntStream.range(0, node.inputs().size())
            .filter(i -> values.contains(node.inputs().get(i)))
            .boxed()
            .toList();
    return new BoundStep(
        node,
        Operators.create(node, opset),
        taken.isEmpty() ? Kind.LINEAR : kind(node, taken),
        taken);
  }

  private Kind kind(Node node, List<Integer> taken) {
    String type = node.type();
    boolean isFirstAlone = taken.equals(List.of(0));
    if (WEIGHTED.contains(type) && isFirstAlone) {
      return Kind.WEIGHTED;
    }
    if (LINEAR.contains(type) && isFirstAlone) {
      return Kind.LINEAR;
    }
    return switch (type) {
      case "Relu" -> Kind.RECTIFIER;
      case "MaxPool" -> Kind.RISING;
      case "Clip" -> isFirstAlone ? Kind.RISING : refused(node);
      case "Add" -> Kind.LINEAR;
      case "Mul" -> taken.size() == 1 ? Kind.WEIGHTED : refused(node);
      case "Div" -> isFirstAlone ? Kind.WEIGHTED : refused(node);
      case "Sub" -> {
        if (taken.equals(List.of(1))) {
          refused(node);
        }
        yield taken.size() == 2 ? Kind.DIFFERENCE : Kind.LINEAR;
      }
      default -> refused(node);
    };
  }

  private Kind refused(Node node) {
    throw refusal(node, "has no interval bounds, so that no net with it can be trained by them");
  }

  private InvalidInputException refusal(Node node, String why) {
    return new InvalidInputException("%s: %s: %s; give --net small".formatted(name, node, why));
  }

  /** The box that images live in, and their shape. */
  public InputSpec input() {
    return input;
  }

  List<BoundStep> steps() {
    return steps;
  }

  BoundStep last() {
    return steps.get(steps.size() - 1);
  }

  String entering() {
    return entering;
  }

  /** Refuses steps that only intervals pass. */
  public void requireLinearBounds() {
    for (BoundStep step : steps) {
      if (step.kind() == Kind.RISING) {
        throw refusal(step.node(), "has intervals, but no linear bounds to train by");
      }
    }
  }

  /**
   * Intervals of all values, pushed from step to step: those of a layer are centre and radius, W c
   * + b and |W| r.
   *
   * <p>Gowal et al.: On the effectiveness of interval bound propagation for training verifiably
   * robust models, 2018, arXiv 1810.12715, section 3.1.
   *
   * @param weights in place of the file's, by name; those left out are the file's
   */
  public BoundedValues intervals(Interval images, Map<String, Tensor> weights) {
    Weighted weighted = new Weighted(this, weights, images.low().dtype());
    Map<String, Interval> intervals = new HashMap<>();
    intervals.put(entering, images);
    for (BoundStep step : steps.subList(0, steps.size() - 1)) {
      intervals.put(step.output(), weighted.pushed(step, intervals));
    }
    return new BoundedValues(weighted, intervals);
  }

  /**
   * A net under some weights, of one type.
   *
   * @param weights by name
   */
  record Weighted(BoundGraph graph, Map<String, Tensor> weights, DType type) {

    /** The inputs of a step, with null for its values. */
    @Nullable Tensor[] inputs(BoundStep step) {
      @Nullable Tensor[] inputs = BoundGraph.inputs(step.node(), weights, graph.constants);
      for (int i = 0; i < inputs.length; i++) {
        Tensor input = inputs[i];
        if (input != null && input.dtype().isFloating() && input.dtype() != type) {
          inputs[i] = input.to(type);
        }
      }
      return inputs;
    }

    /** What a step gives for its values, in their order. */
    Tensor apply(BoundStep step, List<Tensor> values) {
      return step.apply(filled(step, inputs(step), values));
    }

    private static @Nullable Tensor[] filled(
        BoundStep step, @Nullable Tensor[] inputs, List<Tensor> values) {
      for (int i = 0; i < values.size(); i++) {
        inputs[step.values().get(i)] = values.get(i);
      }
      return inputs;
    }

    private Interval pushed(BoundStep step, Map<String, Interval> intervals) {
      List<Interval> taken =
          IntStream.range(0, step.values().size())
              .mapToObj(i -> requireNonNull(intervals.get(step.taken(i))))
              .toList();
      Interval first = taken.get(0);
      return switch (step.kind()) {
        case WEIGHTED -> {
          Tensor centre = apply(step, List.of(first.centre()));
          @Nullable Tensor[] lengths = step.ofLengths(inputs(step));
          yield Interval.of(centre, step.apply(filled(step, lengths, List.of(first.radius()))));
        }
        case DIFFERENCE ->
            new Interval(
                apply(step, List.of(first.low(), taken.get(1).high())),
                apply(step, List.of(first.high(), taken.get(1).low())));
        case LINEAR, RECTIFIER, RISING ->
            new Interval(
                apply(step, taken.stream().map(Interval::low).toList()),
                apply(step, taken.stream().map(Interval::high).toList()));
      };
    }
  }

  private static @Nullable Tensor[] inputs(
      Node node, Map<String, Tensor> weights, Map<String, Tensor> constants) {
    @Nullable Tensor[] inputs = new Tensor[node.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      String name = node.inputs().get(i);
      inputs[i] = weights.containsKey(name) ? weights.get(name) : constants.get(name);
    }
    return inputs;
  }
}
