package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The same elements in another shape. */
final class Shapes {
  private Shapes() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("Reshape", Shapes::reshape);
    operators.put("Flatten", Shapes::flatten);
    return operators;
  }

  private static Operator flatten(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis"));
    long axis = node.attributes().integer("axis", 1);
    return Operator.unary(
        x -> {
          int rank = x.rank();
          int first = axis == rank ? rank : Axes.of(axis, rank);
          long[] shape = x.shape();
          long rows = Arrays.stream(shape, 0, first).reduce(1, Math::multiplyExact);
          long columns = Arrays.stream(shape, first, rank).reduce(1, Math::multiplyExact);
          return x.reshape(rows, columns);
        });
  }

  private static Operator reshape(Node node, int opset) {
    node.attributes().allowOnly(Set.of("allowzero"));
    boolean allowZero = node.attributes().flag("allowzero", false);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          return x.reshape(resolved(inputs.integers(1), x, allowZero));
        });
  }

  /** A shape without the placeholders 0 (the size before) and -1 (what is left). */
  private static long[] resolved(long[] wanted, Tensor x, boolean allowZero) {
    long[] shape = wanted.clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0 && !allowZero && i < x.rank()) {
        shape[i] = x.size(i);
      }
      if (shape[i] == -1 && open < 0) {
        open = i;
      } else if (shape[i] < 0 || shape[i] > Limits.MOST_ELEMENTS) {
        throw impossible(wanted, x);
      } else {
        known = Limits.saturatedProduct(known, shape[i]);
      }
    }
    if (open >= 0 && known > 0) {
      shape[open] = x.elements() / known;
      known = Limits.saturatedProduct(known, shape[open]);
    }
    if (known != x.elements() || (open >= 0 && shape[open] < 0)) {
      throw impossible(wanted, x);
    }
    return shape;
  }

  private static InvalidInputException impossible(long[] wanted, Tensor x) {
    return new InvalidInputException(x + " cannot take the shape " + Arrays.toString(wanted));
  }
}
