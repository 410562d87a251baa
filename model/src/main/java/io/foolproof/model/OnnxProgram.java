package io.foolproof.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.foolproof.model.operator.Carrying;
import io.foolproof.model.operator.Drawing;
import io.foolproof.model.operator.Inputs;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.Operator;
import io.foolproof.model.operator.Operators;
import io.foolproof.model.operator.SizeLimits;
import io.foolproof.model.operator.TensorReader;
import io.foolproof.model.operator.UnsafeModelException;
import io.foolproof.model.operator.Work;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.EngineException;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A graph made ready to run: a list of steps over a table of values, with attributes decoded and
 * constants in place. Immutable; several threads may run it at once.
 */
final class OnnxProgram {
  /** ONNX's number of 16-bit floating-point numbers. */
  private static final long HALF = 10;

  /** Operators that look at nothing but sizes. */
  private static final Set<String> SIZES = Set.of("Shape", "Size");

  /** That the engine cannot run a graph, which another runtime may. */
  static final class NotRunnable extends InvalidInputException {
    private static final long serialVersionUID = 1;

    NotRunnable(String message) {
      super(message);
    }

    NotRunnable(String message, Exception why) {
      super(message, why);
    }
  }

  /** A node with the slots of its values; an absent one is negative. */
  record Step(Node node, Operator operator, int[] inputs, int[] outputs) {
    /** The same step with another first input and another output. */
    Step over(int from, int to) {
      int[] others = inputs.clone();
      others[0] = from;
      return new Step(node, operator, others, new int[] {to});
    }

    private Step drawingFrom(List<RandomStream> rows) {
      return operator instanceof Drawing drawing
          ? new Step(node, drawing.from(rows), inputs, outputs)
          : this;
    }
  }

  private final String file;
  private final Map<String, Integer> slots;
  private final List<Step> steps;
  private final @Nullable Tensor[] constants;

  /** By slot, the numbers of constants that can be shapes. */
  private final long[] @Nullable [] integers;

  private OnnxProgram(
      String file, Map<String, Integer> slots, List<Step> steps, @Nullable Tensor[] constants) {
    this(file, slots, steps, constants, integers(constants));
  }

  private OnnxProgram(
      String file,
      Map<String, Integer> slots,
      List<Step> steps,
      @Nullable Tensor[] constants,
      long[] @Nullable [] integers) {
    this.file = file;
    this.slots = slots;
    this.steps = steps;
    this.constants = constants;
    this.integers = integers;
  }

  private static long[] @Nullable [] integers(@Nullable Tensor[] constants) {
    long[] @Nullable [] integers = new long[constants.length][];
    for (int i = 0; i < constants.length; i++) {
      Tensor constant = constants[i];
      if (constant != null && Inputs.isShapeLike(constant)) {
        integers[i] = Inputs.integers(constant);
      }
    }
    return integers;
  }

  /**
   * All nodes of a model, in order, nothing computed yet.
   *
   * @throws InvalidInputException when the model has operators that cannot be run; all are named
   */
  static OnnxProgram of(OnnxModel model) {
    return of(model, model.nodes());
  }

  /**
   * The nodes of a model that a value needs. Whatever else the graph computes may be beyond the
   * engine: beside the scores of a classifier often stands the name of the class.
   *
   * @throws InvalidInputException when operators among them cannot be run; all are named
   */
  static OnnxProgram of(OnnxModel model, String wanted) {
    Set<String> needed = new HashSet<>(Set.of(wanted));
    Deque<Node> kept = new ArrayDeque<>();
    List<Node> nodes = model.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        kept.addFirst(node);
        node.inputs().stream().filter(input -> !input.isEmpty()).forEach(needed::add);
      }
    }
    return of(model, List.copyOf(kept));
  }

  private static OnnxProgram of(OnnxModel model, List<Node> nodes) {
    requireRunnable(model, nodes);
    List<String> inputs = model.inputs().stream().map(OnnxValue::name).toList();
    return of(model.name(), model.opset(), inputs, initialisers(model), nodes);
  }

  private static Map<String, Tensor> initialisers(OnnxModel model) {
    try {
      return model.initialisers();
    } catch (InvalidInputException e) {
      throw new NotRunnable(String.valueOf(e.getMessage()), e);
    }
  }

  private static OnnxProgram of(
      String file,
      int opset,
      List<String> inputs,
      Map<String, Tensor> initialisers,
      List<Node> nodes) {
    Map<String, Integer> slots = new HashMap<>();
    inputs.forEach(input -> slots.put(input, slots.size()));
    initialisers.keySet().forEach(name -> slots.put(name, slots.size()));
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          slots.put(output, slots.size());
        }
      }
    }
    List<Step> steps = new ArrayList<>();
    for (Node node : nodes) {
      steps.add(
          new Step(
              node,
              created(file, opset, node),
              slotsOf(node.inputs(), slots),
              slotsOf(node.outputs(), slots)));
    }
    @Nullable Tensor[] constants = new Tensor[slots.size()];
    slots.forEach((name, slot) -> constants[slot] = initialisers.get(name));
    OnnxProgram program = new OnnxProgram(file, slots, steps, constants);
    program.requireFixedChoices();
    return program;
  }

  /** A graph inside a node, which takes values of the graph around it. */
  private static OnnxProgram of(String file, int opset, GraphProto inner, List<String> outer) {
    Map<String, Tensor> initialisers = new LinkedHashMap<>();
    for (TensorProto tensor : inner.getInitializerList()) {
      initialisers.put(tensor.getName(), Scope.outlive(TensorReader.read(tensor)));
    }
    List<Node> nodes = OnnxNodes.sorted(inner, Set.copyOf(outer));
    return of(file, opset, outer, initialisers, nodes);
  }

  /**
   * Refuses a choice that depends on the images: those of one run might choose differently. Of
   * sizes it may depend.
   */
  private void requireFixedChoices() {
    boolean[] fixed = new boolean[constants.length];
    for (int i = 0; i < fixed.length; i++) {
      fixed[i] = constants[i] != null;
    }
    for (Step step : steps) {
      String type = step.node().type();
      if (type.equals(Operators.IF) && !fixed[step.inputs()[0]]) {
        throw new NotRunnable(
            "%s: %s: the condition depends on the images, which is not supported"
                .formatted(file, step.node()));
      }
      boolean known = !(step.operator() instanceof Drawing);
      if (!SIZES.contains(type)) {
        for (int input : step.inputs()) {
          known &= input < 0 || fixed[input];
        }
      }
      for (int output : step.outputs()) {
        if (output >= 0) {
          fixed[output] = known;
        }
      }
    }
  }

  private static void requireRunnable(OnnxModel model, List<Node> nodes) {
    try {
      SizeLimits.checkNodes(nodes.size());
    } catch (UnsafeModelException e) {
      throw e.at(model.name());
    }
    List<String> unsupported = OnnxNodes.unsupported(nodes);
    if (!unsupported.isEmpty()) {
      throw new NotRunnable(
          "%s: uses operators that are not supported: %s"
              .formatted(model.name(), String.join(", ", unsupported)));
    }
    int opset = model.opset();
    if (opset < Operators.OLDEST_OPSET || opset > Operators.NEWEST_OPSET) {
      throw new NotRunnable(
          "%s: is of operator set %d; %d to %d are supported, so convert or export it again"
              .formatted(model.name(), opset, Operators.OLDEST_OPSET, Operators.NEWEST_OPSET));
    }
  }

  private static Operator created(String file, int opset, Node node) {
    if (node.type().equals(Operators.IF)) {
      return choice(file, opset, node);
    }
    try {
      return Operators.create(node, opset);
    } catch (UnsafeModelException e) {
      throw e.at(file);
    } catch (InvalidInputException e) {
      throw new NotRunnable(file + ": " + e.getMessage(), e);
    }
  }

  /** An If: its first input says which graph is run; the others are what the graphs take. */
  private static Operator choice(String file, int opset, Node node) {
    List<String> outer = node.inputs().subList(1, node.inputs().size());
    List<GraphProto> graphs = OnnxNodes.inside(node);
    List<OnnxProgram> programs =
        graphs.stream().map(graph -> of(file, opset, graph, outer)).toList();
    return inputs -> {
      int chosen = inputs.number(0) != 0 ? 0 : 1;
      Map<String, Tensor> given = new HashMap<>();
      for (int i = 0; i < outer.size(); i++) {
        given.put(outer.get(i), inputs.get(i + 1));
      }
      List<String> wanted =
          graphs.get(chosen).getOutputList().stream().map(ValueInfoProto::getName).toList();
      return programs.get(chosen).run(given, wanted, SizeLimits.MOST_ELEMENTS_OF_A_RUN);
    };
  }

  private static int[] slotsOf(List<String> names, Map<String, Integer> slots) {
    return names.stream()
        .mapToInt(name -> name.isEmpty() ? -1 : slots.getOrDefault(name, -1))
        .toArray();
  }

  /** The steps, in order. */
  List<Step> steps() {
    return steps;
  }

  /** The value in a slot that is known without running; null where it is not. */
  @Nullable Tensor constant(int slot) {
    return slot < 0 ? null : constants[slot];
  }

  private int slot(String value) {
    Integer slot = slots.get(value);
    if (slot == null) {
      throw new InvalidInputException(
          "%s: there is no value '%s'; there are %s"
              .formatted(file, value, slots.keySet().stream().sorted().limit(100).toList()));
    }
    return slot;
  }

  /** The same program with other steps. */
  OnnxProgram withSteps(List<Step> changed) {
    return new OnnxProgram(file, slots, List.copyOf(changed), constants);
  }

  /**
   * The same program with more constants, and other steps that take them.
   *
   * @param added their slots begin with the number of slots before
   */
  OnnxProgram with(List<Tensor> added, List<Step> changed) {
    Map<String, Integer> moreSlots = new HashMap<>(slots);
    @Nullable Tensor[] more = Arrays.copyOf(constants, constants.length + added.size());
    for (int i = 0; i < added.size(); i++) {
      moreSlots.put("added constant " + i, constants.length + i);
      more[constants.length + i] = added.get(i);
    }
    return new OnnxProgram(file, moreSlots, List.copyOf(changed), more);
  }

  /** By slot, how often steps take the value, and once more where it is wanted. */
  int[] uses(List<String> wanted) {
    int[] uses = new int[constants.length];
    wanted.forEach(value -> uses[slot(value)]++);
    for (Step step : steps) {
      for (int input : step.inputs()) {
        if (input >= 0) {
          uses[input]++;
        }
      }
    }
    return uses;
  }

  /** How many slots there are. */
  int size() {
    return constants.length;
  }

  /** Without the steps that values do not need. */
  OnnxProgram upTo(List<String> wanted) {
    boolean[] needed = new boolean[constants.length];
    wanted.forEach(value -> needed[slot(value)] = true);
    Deque<Step> kept = new ArrayDeque<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      boolean isNeeded = false;
      for (int output : step.outputs()) {
        isNeeded |= output >= 0 && needed[output];
      }
      if (isNeeded) {
        kept.addFirst(step);
        for (int input : step.inputs()) {
          if (input >= 0) {
            needed[input] = true;
          }
        }
      }
    }
    return withSteps(List.copyOf(kept));
  }

  /** The names of initial values that steps take. */
  List<String> constantsTaken() {
    boolean[] taken = new boolean[constants.length];
    for (Step step : steps) {
      for (int input : step.inputs()) {
        if (input >= 0) {
          taken[input] = constants[input] != null;
        }
      }
    }
    return slots.entrySet().stream()
        .filter(entry -> taken[entry.getValue()])
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Computes once and for all what depends on constants alone.
   *
   * @param open constants that a run may replace: what depends on them is left as it is
   */
  OnnxProgram folded(Predicate<Tensor> open) {
    @Nullable Tensor[] values = constants.clone();
    @Nullable DType[] carried = new @Nullable DType[values.length];
    boolean[] known = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      Tensor value = values[i];
      known[i] = value != null && !open.test(value);
    }
    List<Step> remaining = new ArrayList<>();
    long most = SizeLimits.mostFolded(elements(constants));
    long made = 0;
    try (Scope scope = Scope.open();
        Work work = Work.limitedTo(SizeLimits.MOST_WORK_OF_A_RUN)) {
      for (Step step : steps) {
        boolean foldable = !drawsAtRandom(step, values);
        for (int input : step.inputs()) {
          foldable &= input < 0 || known[input];
        }
        if (!foldable) {
          remaining.add(step);
          continue;
        }
        made = compute(step, values, carried, made, most);
        for (int output : step.outputs()) {
          Tensor value = output < 0 ? null : settled(values, carried, output);
          if (value != null) {
            values[output] = Scope.outlive(value);
            carried[output] = null;
            known[output] = true;
          }
        }
      }
    }
    return new OnnxProgram(file, slots, remaining, values);
  }

  private static long elements(@Nullable Tensor[] constants) {
    long elements = 0;
    for (Tensor constant : constants) {
      elements += constant == null ? 0 : constant.elements();
    }
    return elements;
  }

  /** Whether some results are drawn anew at every run. */
  boolean drawsAtRandom() {
    return steps.stream().anyMatch(step -> drawsAtRandom(step, constants));
  }

  /** Whether some steps do what an operator of a kind does. */
  boolean has(Predicate<String> kind) {
    return steps.stream().anyMatch(step -> kind.test(step.node().type()));
  }

  private static boolean drawsAtRandom(Step step, @Nullable Tensor[] known) {
    int[] inputs = step.inputs();
    return step.operator() instanceof Drawing drawing
        && drawing.draws(i -> i < inputs.length && inputs[i] >= 0 ? known[inputs[i]] : null);
  }

  /** The same program with its random numbers from streams, one for each row of the batch. */
  OnnxProgram drawingFrom(List<RandomStream> rows) {
    return new OnnxProgram(
        file,
        slots,
        steps.stream().map(step -> step.drawingFrom(rows)).toList(),
        constants,
        integers);
  }

  /**
   * The same program computing with 32 bits what the file computes with 16: few processors do it,
   * and gradients would vanish between 16-bit numbers.
   */
  OnnxProgram withoutHalves() {
    boolean hasHalves = steps.stream().anyMatch(step -> makesHalves(step.node()));
    for (Tensor constant : constants) {
      hasHalves |= constant != null && constant.dtype() == DType.FLOAT16;
    }
    if (!hasHalves) {
      return this;
    }
    List<Step> widened =
        steps.stream()
            .map(s -> new Step(s.node(), widening(s.operator()), s.inputs(), s.outputs()))
            .toList();
    @Nullable Tensor[] converted = constants.clone();
    for (int i = 0; i < converted.length; i++) {
      Tensor constant = converted[i];
      if (constant != null) {
        converted[i] = Scope.outlive(widened(constant));
      }
    }
    return new OnnxProgram(file, slots, widened, converted);
  }

  /** Whether a node's attributes ask for 16-bit floating-point numbers. */
  private static boolean makesHalves(Node node) {
    Tensor value = node.type().equals("Constant") ? node.attributes().tensor("value") : null;
    return (value != null && value.dtype() == DType.FLOAT16)
        || (node.type().equals("Cast") && node.attributes().integer("to", 0) == HALF);
  }

  private static Operator widening(Operator operator) {
    if (operator instanceof Drawing) {
      // What it draws is of the type of what it is added to, or becomes so.
      return operator;
    }
    Operator wide = inputs -> operator.apply(inputs).stream().map(OnnxProgram::widened).toList();
    return operator instanceof Carrying carrying ? new Carrying.Both(wide, carrying::type) : wide;
  }

  private static Tensor widened(Tensor tensor) {
    return tensor.dtype() == DType.FLOAT16 ? tensor.to(DType.FLOAT32) : tensor;
  }

  /** The same program with its floating-point constants of another type. */
  OnnxProgram as(DType type) {
    @Nullable Tensor[] converted = constants.clone();
    for (int i = 0; i < converted.length; i++) {
      Tensor constant = converted[i];
      if (constant != null && constant.dtype().isFloating() && constant.dtype() != type) {
        converted[i] = constant.to(type);
      }
    }
    return new OnnxProgram(file, slots, steps, converted);
  }

  /**
   * Runs the program.
   *
   * @param given inputs, and initial values in place of the file's, by name
   * @param wanted names of values
   * @param most elements that the run may make in all
   * @return the wanted values, in their order; they belong to the caller's scope
   * @throws InvalidInputException when a node cannot do its work; the message names it
   */
  List<Tensor> run(Map<String, Tensor> given, List<String> wanted, long most) {
    try (Scope scope = Scope.open()) {
      @Nullable Tensor[] values = constants.clone();
      @Nullable DType[] carried = new @Nullable DType[values.length];
      computeAll(given, values, carried, most);
      List<Tensor> results = new ArrayList<>();
      for (String name : wanted) {
        Tensor value = settled(values, carried, slot(name));
        if (value == null) {
          throw new InvalidInputException(file + ": nothing computes the value '" + name + "'");
        }
        results.add(scope.keep(value));
      }
      return Collections.unmodifiableList(results);
    }
  }

  /**
   * What a run takes in all.
   *
   * @param values that it makes
   * @param multiplications of its matrix products and windows
   */
  record Cost(long values, long multiplications) {}

  /** What a run takes in all. */
  Cost cost(Map<String, Tensor> given) {
    try (Scope scope = Scope.open()) {
      @Nullable Tensor[] values = constants.clone();
      return computeAll(
          given, values, new @Nullable DType[values.length], SizeLimits.MOST_ELEMENTS_OF_A_RUN);
    }
  }

  /** A value in its ONNX type. */
  private static @Nullable Tensor settled(
      @Nullable Tensor[] values, @Nullable DType[] carried, int slot) {
    Tensor value = values[slot];
    DType type = carried[slot];
    return value == null || type == null ? value : value.to(type);
  }

  private Cost computeAll(
      Map<String, Tensor> given, @Nullable Tensor[] values, @Nullable DType[] carried, long most) {
    given.forEach((name, tensor) -> values[slot(name)] = tensor);
    long made = 0;
    try (Work work = Work.limitedTo(SizeLimits.MOST_WORK_OF_A_RUN)) {
      for (Step step : steps) {
        made = compute(step, values, carried, made, most);
      }
      return new Cost(made, work.done());
    }
  }

  /** Runs one step, and adds what it made to a count that is limited. */
  private long compute(
      Step step, @Nullable Tensor[] values, @Nullable DType[] carried, long madeBefore, long most) {
    Inputs inputs = new Inputs(values, carried, step.inputs(), integers);
    List<Tensor> results;
    // What a step makes on the way to its results is freed at once.
    try (Scope scope = Scope.open()) {
      results =
          step.operator().apply(step.operator() instanceof Carrying ? inputs : inputs.settled());
      results.forEach(scope::keep);
    } catch (UnsafeModelException e) {
      throw e.at(file + ": " + step.node());
    } catch (EngineException e) {
      if (e.isOutOfMemory()) {
        throw e;
      }
      throw new NotRunnable(at(step, e), e);
    } catch (InvalidInputException | ArithmeticException e) {
      throw new NotRunnable(at(step, e), e);
    }
    long made = madeBefore;
    int[] outputs = step.outputs();
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] < 0) {
        continue;
      }
      if (i >= results.size()) {
        throw new NotRunnable(
            "%s: %s has %d outputs, the operator makes %d"
                .formatted(file, step.node(), outputs.length, results.size()));
      }
      values[outputs[i]] = results.get(i);
      carried[outputs[i]] = carriedBy(step, i, results.get(i), inputs);
      made += results.get(i).elements();
    }
    if (made > most) {
      throw new UnsafeModelException(
          "%s: up to %s the graph makes more than %d values; use smaller images or a smaller model"
              .formatted(file, step.node(), most));
    }
    return made;
  }

  private String at(Step step, Exception why) {
    return "%s: %s: %s".formatted(file, step.node(), why.getMessage());
  }

  private static @Nullable DType carriedBy(Step step, int output, Tensor result, Inputs inputs) {
    return step.operator() instanceof Carrying carrying && result.dtype().isFloating()
        ? carrying.type(output, inputs)
        : null;
  }
}
