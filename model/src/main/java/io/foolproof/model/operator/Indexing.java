package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parts of tensors, and tensors put together from parts. */
final class Indexing {
  private Indexing() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("Slice", Indexing::slice);
    operators.put("Gather", Indexing::gather);
    operators.put("GatherElements", Indexing::gatherElements);
    operators.put("Concat", Indexing::concat);
    operators.put("Split", Indexing::split);
    operators.put("Trilu", Indexing::triangle);
    return operators;
  }

  private static Operator slice(Node node, int opset) {
    Attributes attributes = node.attributes();
    if (opset >= 10) {
      attributes.allowOnly(Set.of());
      return Operator.single(
          inputs ->
              slice(
                  inputs.get(0),
                  inputs.integers(1),
                  inputs.integers(2),
                  inputs.has(3) ? inputs.integers(3) : firstAxes(inputs.integers(1)),
                  inputs.has(4) ? inputs.integers(4) : ones(inputs.integers(1))));
    }
    attributes.allowOnly(Set.of("starts", "ends", "axes"));
    long[] starts = attributes.integers("starts");
    long[] ends = attributes.integers("ends");
    long[] axes = attributes.integers("axes");
    if (starts == null || ends == null) {
      throw new InvalidInputException("attribute starts or ends is missing");
    }
    long[] known = axes == null ? firstAxes(starts) : axes;
    return Operator.unary(x -> slice(x, starts, ends, known, ones(starts)));
  }

  private static long[] firstAxes(long[] starts) {
    return Axes.from(0, starts.length);
  }

  private static long[] ones(long[] starts) {
    long[] ones = new long[starts.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Tensor slice(Tensor x, long[] starts, long[] ends, long[] axes, long[] steps) {
    if (ends.length != starts.length
        || axes.length != starts.length
        || steps.length != starts.length) {
      throw new InvalidInputException("starts, ends, axes and steps differ in number");
    }
    long[] dims = Axes.of(axes, x.rank());
    Tensor result = x;
    for (int i = 0; i < starts.length; i++) {
      result = slice(result, (int) dims[i], starts[i], ends[i], steps[i]);
    }
    return result;
  }

  private static Tensor slice(Tensor x, int dim, long start, long end, long step) {
    long size = x.size(dim);
    if (step == 0) {
      throw new InvalidInputException("a slice has the step 0");
    }
    // More than the size is one element either way; it must not overflow.
    long stride = Math.min(step < 0 ? -(step + 1) : step - 1, size) + 1;
    if (step > 0) {
      long from = clamp(fromFront(start, size), 0, size);
      long to = clamp(fromFront(end, size), from, size);
      return x.slice(dim, from, to, stride);
    }
    long from = size - 1 - clamp(fromFront(start, size), -1, size - 1);
    long to = size - 1 - clamp(fromFront(end, size), -1, size - 1);
    return x.flip(dim).slice(dim, from, Math.max(from, to), stride);
  }

  private static long fromFront(long index, long size) {
    return index < 0 ? index + size : index;
  }

  private static long clamp(long value, long low, long high) {
    return Math.max(low, Math.min(value, high));
  }

  /** Indices of 64 bits that count from the front. */
  static Tensor indices(Tensor given, long size) {
    if (given.dtype().isFloating() || given.dtype() == DType.BOOL) {
      throw new InvalidInputException("indices are integers, found " + given);
    }
    Tensor wide = given.to(DType.INT64);
    return Tensor.where(wide.lt(0), wide.add(Tensor.of(new long[] {size})), wide);
  }

  private static Operator gather(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis"));
    long axis = node.attributes().integer("axis", 0);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          Tensor given = inputs.get(1);
          int dim = Axes.of(axis, x.rank());
          long[] before = Arrays.copyOf(x.shape(), dim);
          long[] after = Arrays.copyOfRange(x.shape(), dim + 1, x.rank());
          long[] shape = joined(joined(before, given.shape()), after);
          SizeLimits.checkResult(shape);
          Tensor flat = indices(given, x.size(dim)).reshape(given.elements());
          return x.indexSelect(dim, flat).reshape(shape);
        });
  }

  static long[] joined(long[] a, long[] b) {
    long[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  private static Operator gatherElements(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis"));
    long axis = node.attributes().integer("axis", 0);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          int dim = Axes.of(axis, x.rank());
          return x.gather(dim, indices(inputs.get(1), x.size(dim)));
        });
  }

  private static Operator concat(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis"));
    long axis = node.attributes().integer("axis");
    return Operator.single(
        inputs -> {
          Tensor first = inputs.get(0);
          int dim = Axes.of(axis, first.rank());
          List<Tensor> parts = new ArrayList<>();
          long[] shape = first.shape();
          shape[dim] = 0;
          for (int i = 0; i < inputs.count(); i++) {
            Tensor part = inputs.get(i);
            if (part.rank() != first.rank()) {
              throw new InvalidInputException(first + " and " + part + " cannot be joined");
            }
            shape[dim] += part.size(dim);
            parts.add(part);
          }
          SizeLimits.checkResult(shape);
          return Tensor.concat(parts, dim);
        });
  }

  private static Operator split(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("axis", "split", "num_outputs"));
    long axis = attributes.integer("axis", 0);
    long[] fixed = attributes.integers("split");
    int parts = node.outputs().size();
    return inputs -> {
      Tensor x = inputs.get(0);
      int dim = Axes.of(axis, x.rank());
      long[] asked = fixed != null || !inputs.has(1) ? fixed : inputs.integers(1);
      long[] sizes = asked != null ? asked : evenly(x.size(dim), parts);
      if (sizes.length != parts
          || Arrays.stream(sizes).anyMatch(s -> s < 0 || s > x.size(dim))
          || Arrays.stream(sizes).sum() != x.size(dim)) {
        throw new InvalidInputException(
            "%s cannot be cut along axis %d into %d parts of %s"
                .formatted(x, dim, parts, Arrays.toString(sizes)));
      }
      List<Tensor> results = new ArrayList<>();
      long from = 0;
      for (long size : sizes) {
        results.add(x.slice(dim, from, from + size, 1));
        from += size;
      }
      return results;
    };
  }

  /** Parts of one size, of which the last may be smaller. */
  private static long[] evenly(long size, int parts) {
    long each = (size + parts - 1) / Math.max(1, parts);
    long[] sizes = new long[parts];
    for (int i = 0; i < parts; i++) {
      sizes[i] = clamp(size - i * each, 0, each);
    }
    return sizes;
  }

  /** What is on one side of a diagonal; zero on the other. */
  private static Operator triangle(Node node, int opset) {
    node.attributes().allowOnly(Set.of("upper"));
    boolean upper = node.attributes().flag("upper", true);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          if (x.rank() < 2) {
            throw new InvalidInputException("matrices are wanted, found " + x);
          }
          long diagonal = inputs.has(1) ? inputs.integer(1) : 0;
          long farthest = Math.max(x.size(-2), x.size(-1)) + SizeLimits.MOST_DIAGONAL;
          if (diagonal < -farthest || diagonal > farthest) {
            throw new UnsafeModelException(
                "the diagonal %d of %s; up to %d is supported".formatted(diagonal, x, farthest));
          }
          Tensor offset = Tensor.of(new long[] {diagonal}, 1);
          Tensor rows = Tensor.arange(x.size(-2)).unsqueeze(1).add(offset);
          Tensor columns = Tensor.arange(x.size(-1)).unsqueeze(0);
          Tensor kept = upper ? columns.ge(rows) : columns.le(rows);
          return Tensor.where(kept, x, Tensor.scalar(0, x.dtype()));
        });
  }
}
