package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Functions of one tensor, element by element, other than activations. */
final class Elementwise {
  private Elementwise() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("Neg", plain(Tensor::neg));
    operators.put("Abs", plain(Tensor::abs));
    operators.put("Sign", plain(Tensor::sign));
    operators.put("Sqrt", plain(Tensor::sqrt));
    operators.put("Exp", plain(Tensor::exp));
    operators.put("Log", plain(Tensor::log));
    operators.put("Erf", plain(Tensor::erf));
    operators.put("Sin", plain(Tensor::sin));
    operators.put("Cos", plain(Tensor::cos));
    operators.put("Floor", plain(Tensor::floor));
    operators.put("Ceil", plain(Tensor::ceil));
    operators.put("Round", plain(Tensor::round));
    operators.put("Reciprocal", plain(x -> x.pow(-1)));
    operators.put("IsNaN", plain(Tensor::isNan));
    operators.put("Not", plain(Tensor::not));
    operators.put("Identity", plain(x -> x));
    operators.put("Clip", Elementwise::clip);
    operators.put("Cast", Elementwise::cast);
    return operators;
  }

  private static Operator.Factory plain(Function<Tensor, Tensor> function) {
    return Operator.Factory.of(Operator.unary(function));
  }

  /** At inference nothing is dropped. */
  private static Operator clip(Node node, int opset) {
    Attributes attributes = node.attributes();
    if (opset < 11) {
      attributes.allowOnly(Set.of("min", "max"));
      double low = attributes.number("min", Double.NEGATIVE_INFINITY);
      double high = attributes.number("max", Double.POSITIVE_INFINITY);
      return Operator.unary(x -> x.clamp(low, high));
    }
    attributes.allowOnly(Set.of());
    return Operator.single(Elementwise::clip);
  }

  private static Tensor clip(Inputs inputs) {
    Tensor x = inputs.get(0);
    for (int i = 1; i < inputs.count(); i++) {
      if (inputs.has(i)) {
        SizeLimits.checkBroadcast(x, inputs.get(i));
      }
    }
    if (x.dtype().isFloating()) {
      // The gradient passes at the bounds themselves, where pixels of images often lie.
      return x.clamp(
          bound(inputs, 1, x, Double.NEGATIVE_INFINITY),
          bound(inputs, 2, x, Double.POSITIVE_INFINITY));
    }
    Tensor raised = inputs.has(1) ? x.maximum(inputs.get(1)) : x;
    return inputs.has(2) ? raised.minimum(inputs.get(2)) : raised;
  }

  private static Tensor bound(Inputs inputs, int index, Tensor x, double otherwise) {
    return inputs.has(index)
        ? inputs.get(index).to(x.dtype())
        : Tensor.scalar(otherwise, x.dtype());
  }

  private static Operator cast(Node node, int opset) {
    node.attributes().allowOnly(Set.of("to", "saturate"));
    long type = node.attributes().integer("to");
    DType dtype =
        TensorReader.dtype((int) Math.max(-1, Math.min(type, Integer.MAX_VALUE)), "the result");
    return Carrying.single(
        inputs -> {
          DType carried = inputs.carried(0);
          boolean stays = carried != null && (dtype.isFloating() || holds(dtype, carried));
          Tensor x = (stays ? inputs : inputs.settled()).get(0);
          return stays && !dtype.isFloating() ? x : x.to(dtype);
        },
        inputs -> {
          DType carried = inputs.carried(0);
          return carried != null && holds(dtype, carried) ? dtype : null;
        });
  }

  /** Whether a type of integers has all values of another. */
  private static boolean holds(DType wide, DType narrow) {
    return !wide.isFloating()
        && wide != DType.BOOL
        && (wide == narrow || (wide != DType.UINT8 && wide.bytes() > narrow.bytes()));
  }
}
