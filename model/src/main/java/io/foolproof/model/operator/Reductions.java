package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Sums, extremes and the like over dimensions. */
final class Reductions {
  private Reductions() {}

  /** A reduction over at least one dimension. */
  @FunctionalInterface
  private interface Reduction {
    Tensor apply(Tensor x, boolean keepDims, long[] axes);
  }

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("ReduceSum", over(13, Reductions::sum));
    operators.put("ReduceMean", over(18, Reductions::mean));
    operators.put("ReduceProd", over(18, Reductions::product));
    operators.put("ReduceMax", over(18, (x, keep, axes) -> extreme(x, keep, axes, true)));
    operators.put("ReduceMin", over(18, (x, keep, axes) -> extreme(x, keep, axes, false)));
    operators.put("ReduceL1", over(18, (x, keep, axes) -> sum(x.abs(), keep, axes)));
    operators.put("ReduceSumSquare", over(18, (x, keep, axes) -> sum(x.mul(x), keep, axes)));
    operators.put("ReduceL2", over(18, (x, keep, axes) -> sum(x.mul(x), keep, axes).sqrt()));
    operators.put("ReduceLogSum", over(18, (x, keep, axes) -> sum(x, keep, axes).log()));
    operators.put("ReduceLogSumExp", over(18, Tensor::logSumExp));
    operators.put("ArgMax", (node, opset) -> place(node, true));
    operators.put("ArgMin", (node, opset) -> place(node, false));
    return operators;
  }

  /** The axes are an attribute before an operator set, an input from it on. */
  private static Operator.Factory over(int axesAreInputFrom, Reduction reduction) {
    return (node, opset) -> {
      Attributes attributes = node.attributes();
      boolean keep = attributes.flag("keepdims", true);
      if (opset < axesAreInputFrom) {
        attributes.allowOnly(Set.of("axes", "keepdims"));
        long[] given = attributes.integers("axes");
        long[] axes = given == null ? new long[0] : given;
        return Operator.unary(x -> reduce(reduction, x, keep, axes, false));
      }
      attributes.allowOnly(Set.of("keepdims", "noop_with_empty_axes"));
      boolean noneIsNone = attributes.flag("noop_with_empty_axes", false);
      return Operator.single(
          inputs -> {
            long[] axes = inputs.has(1) ? inputs.integers(1) : new long[0];
            return reduce(reduction, inputs.get(0), keep, axes, noneIsNone);
          });
    };
  }

  private static Tensor reduce(
      Reduction reduction, Tensor x, boolean keep, long[] asked, boolean noneIsNone) {
    if (asked.length == 0 && (noneIsNone || x.rank() == 0)) {
      return reduction.apply(x.unsqueeze(0), false, new long[] {0});
    }
    long[] axes = asked.length == 0 ? Axes.from(0, x.rank()) : Axes.of(asked, x.rank());
    return reduction.apply(x, keep, axes);
  }

  /** The engine sums integers in 64 bits. */
  private static Tensor sum(Tensor x, boolean keep, long[] axes) {
    return x.sum(keep, axes).to(x.dtype());
  }

  private static Tensor mean(Tensor x, boolean keep, long[] axes) {
    if (x.dtype().isFloating()) {
      return x.mean(keep, axes);
    }
    double count = 1;
    for (long axis : axes) {
      count *= x.size((int) axis);
    }
    if (count == 0) {
      throw new UnsafeModelException("the mean of no integers: an integer is divided by 0");
    }
    return x.sum(keep, axes).divTruncated(Tensor.scalar(count, DType.INT64)).to(x.dtype());
  }

  private static Tensor product(Tensor x, boolean keep, long[] axes) {
    long[] descending = axes.clone();
    Arrays.sort(descending);
    Tensor result = x;
    for (int i = descending.length - 1; i >= 0; i--) {
      result = result.prod(keep, (int) descending[i]);
    }
    return result.to(x.dtype());
  }

  private static Tensor extreme(Tensor x, boolean keep, long[] axes, boolean largest) {
    boolean empty = Arrays.stream(axes).anyMatch(axis -> x.size((int) axis) == 0);
    if (!empty) {
      return largest ? x.max(keep, axes) : x.min(keep, axes);
    }
    // The extreme of nothing is what every value would replace.
    if (x.dtype() == DType.BOOL) {
      return Tensor.full(largest ? 0 : 1, DType.BOOL, sum(x, keep, axes).shape());
    }
    if (!x.dtype().isFloating()) {
      throw new InvalidInputException("integers of " + x + " have no extreme");
    }
    double value = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    return Tensor.full(value, x.dtype(), sum(x, keep, axes).shape());
  }

  private static Operator place(Node node, boolean largest) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("axis", "keepdims", "select_last_index"));
    long axis = attributes.integer("axis", 0);
    boolean keep = attributes.flag("keepdims", true);
    boolean last = attributes.flag("select_last_index", false);
    return Operator.unary(
        x -> {
          int dim = Axes.of(axis, x.rank());
          Tensor wide = x.dtype().isFloating() ? x : x.to(DType.INT64);
          Tensor signed = largest ? wide : wide.neg();
          Tensor found =
              last
                  ? signed.flip(dim).argmax(dim).neg().add(x.size(dim) - 1.0).to(DType.INT64)
                  : signed.argmax(dim);
          return keep ? found.unsqueeze(dim) : found;
        });
  }
}
