package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What depends on the order of values along a dimension: TopK, CumSum. */
final class Ordering {
  private Ordering() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of("TopK", Ordering::topK, "CumSum", Ordering::cumSum);
  }

  /** Of equal values, those with lower indices come first. */
  private static Operator topK(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(
        opset < 10
            ? Set.of("axis", "k")
            : opset < 11 ? Set.of("axis") : Set.of("axis", "largest", "sorted"));
    long axis = attributes.integer("axis", -1);
    boolean largest = attributes.flag("largest", true);
    long fixed = opset < 10 ? attributes.integer("k") : -1;
    return inputs -> {
      Tensor x = inputs.get(0);
      int dim = Axes.of(axis, x.rank());
      long k = fixed >= 0 ? fixed : inputs.integer(1);
      if (k < 0 || k > x.size(dim)) {
        throw new InvalidInputException("the first %d along axis %d of %s".formatted(k, dim, x));
      }
      Tensor.Sorted sorted = x.sortStable(dim, largest);
      return List.of(sorted.values().slice(dim, 0, k, 1), sorted.indices().slice(dim, 0, k, 1));
    };
  }

  private static Operator cumSum(Node node, int opset) {
    node.attributes().allowOnly(Set.of("exclusive", "reverse"));
    boolean exclusive = node.attributes().flag("exclusive", false);
    boolean reverse = node.attributes().flag("reverse", false);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          int dim = Axes.of(inputs.integer(1), x.rank());
          Tensor forward = reverse ? x.flip(dim) : x;
          Tensor sums = forward.cumsum(dim).to(x.dtype());
          Tensor own = exclusive ? sums.sub(forward) : sums;
          return reverse ? own.flip(dim) : own;
        });
  }
}
