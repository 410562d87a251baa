package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * RNN, GRU and LSTM (Hochreiter and Schmidhuber, 1997; Cho et al., 2014, arXiv 1406.1078), one step
 * of the sequence after another, with the default activations.
 */
final class Recurrence {
  private static final int HIDDEN = 5;
  private static final int CELL = 6;
  private static final int PEEPHOLES = 7;

  private Recurrence() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "RNN", (node, opset) -> recurrent(node, new Kind("RNN", 1, List.of("Tanh"))),
        "GRU", (node, opset) -> recurrent(node, new Kind("GRU", 3, List.of("Sigmoid", "Tanh"))),
        "LSTM",
            (node, opset) ->
                recurrent(node, new Kind("LSTM", 4, List.of("Sigmoid", "Tanh", "Tanh"))));
  }

  /** How many gates a cell has, and its activations for one direction. */
  private record Kind(String name, int gates, List<String> activations) {}

  /** What the attributes of a node say. */
  private record Settings(Kind kind, String direction, boolean resetFirst, boolean batchFirst) {
    int directions() {
      return direction.equals("bidirectional") ? 2 : 1;
    }
  }

  private static Operator recurrent(Node node, Kind kind) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(
        Set.of(
            "activations",
            "direction",
            "hidden_size",
            "input_forget",
            "layout",
            "linear_before_reset"));
    String direction = attributes.text("direction", "forward");
    if (!Set.of("forward", "reverse", "bidirectional").contains(direction)) {
      throw new InvalidInputException("attribute direction is '" + direction + "'");
    }
    if (attributes.flag("input_forget", false)) {
      throw new InvalidInputException("attribute input_forget = 1 is not supported");
    }
    Settings settings =
        new Settings(
            kind,
            direction,
            !attributes.flag("linear_before_reset", false),
            attributes.flag("layout", false));
    requireDefault(attributes.texts("activations"), settings);
    return inputs -> run(inputs, settings);
  }

  private static void requireDefault(List<String> activations, Settings settings) {
    List<String> expected = new ArrayList<>();
    for (int d = 0; d < settings.directions(); d++) {
      expected.addAll(settings.kind().activations());
    }
    if (!activations.isEmpty() && !activations.equals(expected)) {
      throw new InvalidInputException(
          "attribute activations is %s; %s is supported".formatted(activations, expected));
    }
  }

  private static List<Tensor> run(Inputs inputs, Settings settings) {
    Tensor x = settings.batchFirst() ? inputs.get(0).transpose(0, 1) : inputs.get(0);
    if (x.rank() != 3 || inputs.get(1).rank() != 3 || inputs.get(2).rank() != 3) {
      throw new InvalidInputException(
          "a sequence and weights of rank 3 are wanted, found %s, %s and %s"
              .formatted(x, inputs.get(1), inputs.get(2)));
    }
    requireFullLength(inputs, x.size(0));
    requireModest(x, inputs.get(1), inputs.get(2), settings);
    List<Tensor> outputs = new ArrayList<>();
    List<Tensor> hidden = new ArrayList<>();
    List<Tensor> cells = new ArrayList<>();
    for (int d = 0; d < settings.directions(); d++) {
      boolean backwards = settings.direction().equals("reverse") || d == 1;
      Direction direction = Direction.of(inputs, settings, d, x);
      List<Tensor> steps = new ArrayList<>();
      for (long t = 0; t < x.size(0); t++) {
        long at = backwards ? x.size(0) - 1 - t : t;
        direction.step(x.slice(0, at, at + 1, 1).squeeze(0));
        steps.add(backwards ? 0 : steps.size(), direction.hidden);
      }
      outputs.add(Tensor.stack(steps, 0));
      hidden.add(direction.hidden);
      cells.add(direction.cell);
    }
    Tensor y = Tensor.stack(outputs, 1);
    Tensor last = Tensor.stack(hidden, 0);
    Tensor cell = Tensor.stack(cells, 0);
    return settings.batchFirst()
        ? List.of(y.permute(2, 0, 1, 3), last.transpose(0, 1), cell.transpose(0, 1))
        : List.of(y, last, cell);
  }

  /** Weights are [directions, gates of a cell, inputs or cells]. */
  private static void requireModest(Tensor x, Tensor weight, Tensor recurrence, Settings settings) {
    SizeLimits.checkSteps(x.size(0));
    long rows = x.size(0) * x.size(1) * settings.directions();
    long gates = weight.size(1);
    // A step makes about twice as many values as it has gates.
    SizeLimits.checkIntermediate(2, rows, gates);
    SizeLimits.checkWork(
        SizeLimits.saturatedProduct(rows, gates), weight.size(2) + recurrence.size(2));
  }

  private static void requireFullLength(Inputs inputs, long length) {
    if (inputs.has(4)) {
      for (long own : inputs.integers(4)) {
        if (own != length) {
          throw new InvalidInputException(
              "sequences of other lengths than %d are not supported, found %d"
                  .formatted(length, own));
        }
      }
    }
    if (length == 0) {
      throw new InvalidInputException("a sequence without steps");
    }
  }

  /** One direction's weights, and what it knows so far. */
  private static final class Direction {
    private final Settings settings;
    private final Tensor weight;
    private final Tensor recurrence;
    private final @Nullable Tensor bias;
    private final @Nullable Tensor recurrentBias;
    private final @Nullable Tensor peepholes;
    private final long size;
    Tensor hidden;
    Tensor cell;

    private Direction(
        Settings settings,
        Tensor weight,
        Tensor recurrence,
        @Nullable Tensor biases,
        @Nullable Tensor peepholes,
        Tensor hidden,
        Tensor cell) {
      this.settings = settings;
      this.weight = weight;
      this.recurrence = recurrence;
      this.size = recurrence.size(1);
      long all = settings.kind().gates() * size;
      if (weight.size(0) != all || recurrence.size(0) != all) {
        throw new InvalidInputException(
            "weights %s and %s are not those of %d gates of %d"
                .formatted(weight, recurrence, settings.kind().gates(), size));
      }
      this.bias = biases == null ? null : biases.slice(0, 0, all, 1);
      this.recurrentBias = biases == null ? null : biases.slice(0, all, 2 * all, 1);
      this.peepholes = peepholes;
      this.hidden = hidden;
      this.cell = cell;
    }

    static Direction of(Inputs inputs, Settings settings, int d, Tensor x) {
      Tensor recurrence = part(inputs.get(2), d);
      Tensor zero = Tensor.zeros(x.dtype(), x.size(1), recurrence.size(1));
      boolean lstm = settings.kind().name().equals("LSTM");
      return new Direction(
          settings,
          part(inputs.get(1), d),
          recurrence,
          inputs.has(3) ? part(inputs.get(3), d) : null,
          lstm && inputs.has(PEEPHOLES) ? part(inputs.get(PEEPHOLES), d) : null,
          state(inputs, HIDDEN, d, settings, zero),
          lstm ? state(inputs, CELL, d, settings, zero) : zero);
    }

    private static Tensor part(Tensor all, int d) {
      return all.slice(0, d, d + 1L, 1).squeeze(0);
    }

    private static Tensor state(Inputs inputs, int at, int d, Settings settings, Tensor zero) {
      if (!inputs.has(at)) {
        return zero;
      }
      Tensor given = inputs.get(at);
      return part(settings.batchFirst() ? given.transpose(0, 1) : given, d);
    }

    /** One place of the sequence: [N, inputs]. */
    void step(Tensor x) {
      Tensor input = Nn.linear(x, weight, bias);
      switch (settings.kind().name()) {
        case "RNN" -> hidden = input.add(recurrent(0, 1)).tanh();
        case "GRU" -> gru(input);
        default -> lstm(input);
      }
    }

    /** The recurrent part of some gates. */
    private Tensor recurrent(int from, int to) {
      return recurrent(hidden, from, to);
    }

    private Tensor recurrent(Tensor state, int from, int to) {
      Tensor rows = recurrence.slice(0, from * size, to * size, 1);
      Tensor shift =
          recurrentBias == null ? null : recurrentBias.slice(0, from * size, to * size, 1);
      return Nn.linear(state, rows, shift);
    }

    private Tensor gate(Tensor all, int index) {
      return all.slice(1, index * size, (index + 1) * size, 1);
    }

    /** Gates in the order update, reset, hidden. */
    private void gru(Tensor input) {
      Tensor first = recurrent(0, 2);
      Tensor update = gate(input, 0).add(gate(first, 0)).sigmoid();
      Tensor reset = gate(input, 1).add(gate(first, 1)).sigmoid();
      Tensor proposal =
          settings.resetFirst() ? recurrent(reset.mul(hidden), 2, 3) : reset.mul(recurrent(2, 3));
      Tensor next = gate(input, 2).add(proposal).tanh();
      hidden = next.sub(update.mul(next)).add(update.mul(hidden));
    }

    /** Gates in the order input, output, forget, cell. */
    private void lstm(Tensor input) {
      Tensor all = input.add(recurrent(0, 4));
      UnaryOperator<Tensor> old = cell::mul;
      Tensor in = peeped(gate(all, 0), 0, old).sigmoid();
      Tensor forget = peeped(gate(all, 2), 2, old).sigmoid();
      cell = forget.mul(cell).add(in.mul(gate(all, 3).tanh()));
      Tensor out = peeped(gate(all, 1), 1, cell::mul).sigmoid();
      hidden = out.mul(cell.tanh());
    }

    private Tensor peeped(Tensor gate, int index, UnaryOperator<Tensor> cell) {
      return peepholes == null
          ? gate
          : gate.add(cell.apply(peepholes.slice(0, index * size, (index + 1) * size, 1)));
    }
  }
}
