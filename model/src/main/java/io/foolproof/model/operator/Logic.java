package io.foolproof.model.operator;

import io.foolproof.tensor.Tensor;
import java.util.Map;

/** Comparisons, logic, and the choice that follows from them. */
final class Logic {
  private Logic() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "Equal", Arithmetic.binary(Tensor::eq),
        "Less", Arithmetic.binary(Tensor::lt),
        "Greater", Arithmetic.binary(Tensor::gt),
        "LessOrEqual", Arithmetic.binary(Tensor::le),
        "GreaterOrEqual", Arithmetic.binary(Tensor::ge),
        "And", Arithmetic.binary(Tensor::and),
        "Or", Arithmetic.binary(Tensor::or),
        "Xor", Arithmetic.binary((a, b) -> a.eq(b).not()),
        "Where", Operator.Factory.of(Operator.single(Logic::where)));
  }

  private static Tensor where(Inputs inputs) {
    Tensor condition = inputs.get(0);
    SizeLimits.checkBroadcast(condition, inputs.get(1), inputs.get(2));
    return Tensor.where(condition, inputs.get(1), inputs.get(2));
  }
}
