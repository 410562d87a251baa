package io.foolproof.model.operator;

import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * One node's computation, with its attributes decoded. Has no state: safe to use from several
 * threads.
 */
@FunctionalInterface
public interface Operator {

  /**
   * Computes the outputs, in the order of the node's outputs; there may be more of them than the
   * node names.
   *
   * @throws io.foolproof.tensor.InvalidInputException when the inputs do not fit the operator
   * @throws io.foolproof.tensor.EngineException when the engine refuses them
   */
  List<Tensor> apply(Inputs inputs);

  /** An operator with one output. */
  static Operator single(Function<Inputs, Tensor> computation) {
    return inputs -> List.of(computation.apply(inputs));
  }

  /** An operator of one input and one output. */
  static Operator unary(Function<Tensor, Tensor> computation) {
    return inputs -> List.of(computation.apply(inputs.get(0)));
  }

  /** Makes an operator of a node, under the rules of an operator-set version. */
  @FunctionalInterface
  interface Factory {
    /**
     * Reads and checks the node's attributes.
     *
     * @throws io.foolproof.tensor.InvalidInputException when they are wrong, or ask for what cannot
     *     be done
     */
    Operator create(Node node, int opset);

    /** A factory of an operator without attributes. */
    static Factory of(Operator operator) {
      return (node, opset) -> operator;
    }
  }
}
