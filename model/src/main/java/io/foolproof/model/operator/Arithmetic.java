package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Arithmetic of several tensors, elementwise, with broadcasting. */
final class Arithmetic {
  private Arithmetic() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("Add", binary(Tensor::add));
    operators.put("Sub", binary(Tensor::sub));
    operators.put("Mul", binary(Tensor::mul));
    operators.put("Div", binary(Arithmetic::quotient));
    operators.put("Pow", binary(Arithmetic::power));
    operators.put("Mod", Arithmetic::modulo);
    operators.put("Min", folded(Tensor::minimum));
    operators.put("Max", folded(Tensor::maximum));
    operators.put("Sum", folded(Tensor::add));
    operators.put("Mean", Operator.Factory.of(Operator.single(Arithmetic::mean)));
    return operators;
  }

  private static Tensor mean(Inputs inputs) {
    return fold(inputs, Tensor::add).div(inputs.count());
  }

  /** A function of two tensors, after a look at the shape of its result. */
  static Operator.Factory binary(BinaryOperator<Tensor> function) {
    return Operator.Factory.of(
        Operator.single(inputs -> apply(function, inputs.get(0), inputs.get(1))));
  }

  /** A function of two tensors, after a look at the shape of its result. */
  static Tensor apply(BinaryOperator<Tensor> function, Tensor a, Tensor b) {
    SizeLimits.checkBroadcast(a, b);
    return function.apply(a, b);
  }

  private static Operator.Factory folded(BinaryOperator<Tensor> function) {
    return Operator.Factory.of(Operator.single(inputs -> fold(inputs, function)));
  }

  private static Tensor fold(Inputs inputs, BinaryOperator<Tensor> function) {
    Tensor result = inputs.get(0);
    SizeLimits.checkLoop(inputs.count(), result.elements());
    for (int i = 1; i < inputs.count(); i++) {
      result = apply(function, result, inputs.get(i));
    }
    return result;
  }

  private static Tensor quotient(Tensor a, Tensor b) {
    if (a.dtype().isFloating() || b.dtype().isFloating()) {
      return a.div(b);
    }
    requireDivides(a, b);
    return a.divTruncated(b);
  }

  /** Refuses what processors trap on: the smallest integer has no negative to divide it into. */
  private static void requireDivides(Tensor a, Tensor b) {
    if (b.eq(0).any()) {
      throw new UnsafeModelException("an integer is divided by 0");
    }
    Tensor smallest = smallest(a.dtype());
    if (smallest != null && a.eq(smallest).and(b.eq(-1)).any()) {
      throw new UnsafeModelException(
          "the smallest integer, %d, is divided by -1".formatted(smallest.toLongs()[0]));
    }
  }

  /** The smallest integer of a type that processors divide in; narrower ones are widened first. */
  private static @Nullable Tensor smallest(DType type) {
    return switch (type) {
      case INT32 -> Tensor.of(new long[] {Integer.MIN_VALUE}, 1).to(type);
      case INT64 -> Tensor.of(new long[] {Long.MIN_VALUE}, 1);
      default -> null;
    };
  }

  private static Tensor power(Tensor base, Tensor exponent) {
    if (base.dtype() == exponent.dtype() || base.dtype().isFloating()) {
      return base.pow(exponent.to(base.dtype()));
    }
    return base.to(exponent.dtype()).pow(exponent).to(base.dtype());
  }

  private static Operator modulo(Node node, int opset) {
    node.attributes().allowOnly(Set.of("fmod"));
    boolean signOfDividend = node.attributes().flag("fmod", false);
    return Operator.single(
        inputs ->
            apply(
                signOfDividend ? Arithmetic::remainder : Arithmetic::floorModulo,
                inputs.get(0),
                inputs.get(1)));
  }

  private static Tensor remainder(Tensor a, Tensor b) {
    return a.dtype().isFloating()
        ? a.sub(truncated(a.div(b)).mul(b))
        : a.sub(quotient(a, b).mul(b));
  }

  private static Tensor truncated(Tensor x) {
    return Tensor.where(x.lt(0), x.ceil(), x.floor());
  }

  private static Tensor floorModulo(Tensor a, Tensor b) {
    if (a.dtype().isFloating()) {
      throw new InvalidInputException("Mod of floating-point numbers wants the attribute fmod = 1");
    }
    Tensor rest = remainder(a, b);
    Tensor crosses = rest.lt(0).and(b.gt(0)).or(rest.gt(0).and(b.lt(0)));
    return Tensor.where(crosses, rest.add(b), rest);
  }
}
