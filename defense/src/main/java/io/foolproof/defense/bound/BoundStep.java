package io.foolproof.defense.bound;

import io.foolproof.model.operator.Inputs;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.Operator;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of a graph, and what bounds pass through it by.
 *
 * @param node with the names of the values that it takes
 * @param operator what it does with them
 * @param kind how its output depends on the values among its inputs
 * @param values which of its inputs depend on the image; the others are weights and constants
 */
record BoundStep(Node node, Operator operator, Kind kind, List<Integer> values) {

  /** How an output depends on the values that a step takes. */
  enum Kind {
    /** Linearly, times weights that may have either sign, and a constant. */
    WEIGHTED,
    /** Linearly, and it rises with each of them. */
    LINEAR,
    /** As the first value less the second. */
    DIFFERENCE,
    /** As max(x, 0). */
    RECTIFIER,
    /** It rises with each of them, and not linearly. */
    RISING
  }

  /** The name of the value that it gives. */
  String output() {
    return node.outputs().get(0);
  }

  /** The name of a value that it takes, by its place among {@link #values}. */
  String taken(int index) {
    return node.inputs().get(values.get(index));
  }

  /** Whether its output is an affine function of one value. */
  boolean isAffine() {
    return values.size() == 1 && kind != Kind.RECTIFIER && kind != Kind.RISING;
  }

  /**
   * What it gives.
   *
   * @param inputs one an input of the node; null for one that is left out
   */
  Tensor apply(@Nullable Tensor[] inputs) {
    int[] slots = new int[inputs.length];
    long[][] integers = new long[inputs.length][];
    for (int i = 0; i < slots.length; i++) {
      Tensor input = inputs[i];
      slots[i] = input == null ? -1 : i;
      if (input != null && Inputs.isShapeLike(input)) {
        integers[i] = Inputs.integers(input);
      }
    }
    return operator
        .apply(new Inputs(inputs, new @Nullable DType[inputs.length], slots, integers))
        .get(0);
  }

  /**
   * The inputs by which it gives the length of an interval from that of its value: weights without
   * their signs, and no constants.
   */
  @Nullable Tensor[] ofLengths(@Nullable Tensor[] inputs) {
    @Nullable Tensor[] lengths = inputs.clone();
    for (int i = 0; i < lengths.length; i++) {
      Tensor input = inputs[i];
      if (input == null || values.contains(i)) {
        continue;
      }
      lengths[i] =
          switch (node.type()) {
            case "BatchNormalization" ->
                switch (i) {
                  case 1 -> input.abs();
                  case 4 -> input;
                  default -> Tensor.zeros(input.dtype(), input.shape());
                };
            case "Conv", "Gemm" -> i == 2 ? null : input.abs();
            default -> input.abs();
          };
    }
    return lengths;
  }
}
