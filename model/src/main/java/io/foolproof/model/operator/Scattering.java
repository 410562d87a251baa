package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values put at places that are known when the model runs, and read from there. */
final class Scattering {
  private Scattering() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("GatherND", Scattering::gatherRows);
    operators.put("Scatter", Scattering::scatterElements);
    operators.put("ScatterElements", Scattering::scatterElements);
    operators.put("ScatterND", Scattering::scatterRows);
    operators.put("OneHot", Scattering::oneHot);
    operators.put("NonZero", Operator.Factory.of(Operator.unary(Scattering::nonZero)));
    return operators;
  }

  private static Tensor.@Nullable Joining joining(Attributes attributes) {
    String name = attributes.text("reduction", "none");
    return switch (name) {
      case "none" -> null;
      case "add" -> Tensor.Joining.SUM;
      case "mul" -> Tensor.Joining.PRODUCT;
      case "max" -> Tensor.Joining.LARGEST;
      case "min" -> Tensor.Joining.SMALLEST;
      default -> throw new InvalidInputException("attribute reduction is '" + name + "'");
    };
  }

  private static Operator scatterElements(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(opset < 16 ? Set.of("axis") : Set.of("axis", "reduction"));
    long axis = attributes.integer("axis", 0);
    Tensor.Joining joining = joining(attributes);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          int dim = Axes.of(axis, x.rank());
          Tensor places = Indexing.indices(inputs.get(1), x.size(dim));
          Tensor values = inputs.get(2);
          if (!Arrays.equals(places.shape(), values.shape())) {
            throw new InvalidInputException("%s and %s differ in shape".formatted(places, values));
          }
          return scatter(x, dim, places, values, joining);
        });
  }

  private static Tensor scatter(
      Tensor x, int dim, Tensor places, Tensor values, Tensor.@Nullable Joining joining) {
    return joining == null
        ? x.scatter(dim, places, values)
        : x.scatter(dim, places, values, joining);
  }

  /**
   * Rows of a tensor whose first dimensions are joined to one.
   *
   * @param rows [number of rows, elements of a row]
   * @param places one number for each row that an index names
   */
  private record Rows(Tensor rows, Tensor places, long[] shape) {

    /**
     * The rows that indices name.
     *
     * @param indices [..., k] for the first k dimensions
     */
    static Rows of(Tensor x, Tensor indices) {
      int depth = indices.rank() == 0 ? 0 : Math.toIntExact(indices.size(-1));
      if (depth < 1 || depth > x.rank()) {
        throw new InvalidInputException("indices %s do not fit %s".formatted(indices, x));
      }
      Tensor places = Tensor.scalar(0, DType.INT64);
      long rows = 1;
      for (int d = 0; d < depth; d++) {
        Tensor along = indices.slice(indices.rank() - 1, d, d + 1L, 1).reshape(-1);
        requireWithin(along, x.size(d));
        Tensor size = Tensor.of(new long[] {x.size(d)});
        places = places.mul(size).add(Indexing.indices(along, x.size(d)));
        rows *= x.size(d);
      }
      long[] row = Arrays.copyOfRange(x.shape(), depth, x.rank());
      long each = Arrays.stream(row).reduce(1, (a, b) -> a * b);
      long[] outer = Arrays.copyOf(indices.shape(), indices.rank() - 1);
      return new Rows(x.reshape(rows, each), places, Indexing.joined(outer, row));
    }

    private static void requireWithin(Tensor indices, long size) {
      Tensor bound = Tensor.of(new long[] {size});
      if (indices.lt(bound.neg()).or(indices.ge(bound)).any()) {
        throw new InvalidInputException("an index is not within a size of " + size);
      }
    }
  }

  private static Operator gatherRows(Node node, int opset) {
    node.attributes().allowOnly(Set.of("batch_dims"));
    int batch = Math.toIntExact(node.attributes().integer("batch_dims", 0));
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          Tensor indices = inputs.get(1);
          if (batch < 0 || batch >= Math.min(x.rank(), indices.rank())) {
            throw new InvalidInputException("attribute batch_dims is " + batch);
          }
          Tensor whole = batch == 0 ? indices : withBatch(x, indices, batch);
          Rows rows = Rows.of(x, whole);
          SizeLimits.checkResult(rows.shape());
          return rows.rows().indexSelect(0, rows.places()).reshape(rows.shape());
        });
  }

  /** Indices with those of the batch in front. */
  private static Tensor withBatch(Tensor x, Tensor indices, int batch) {
    if (!Arrays.equals(Arrays.copyOf(x.shape(), batch), Arrays.copyOf(indices.shape(), batch))) {
      throw new InvalidInputException("%s and %s have other batches".formatted(x, indices));
    }
    Tensor result = indices.to(DType.INT64);
    long[] column = indices.shape();
    column[column.length - 1] = 1;
    for (int d = batch - 1; d >= 0; d--) {
      long[] along = new long[indices.rank()];
      Arrays.fill(along, 1);
      along[d] = x.size(d);
      Tensor own = Tensor.arange(x.size(d)).reshape(along).expand(column);
      result = Tensor.concat(List.of(own, result), indices.rank() - 1);
    }
    return result;
  }

  private static Operator scatterRows(Node node, int opset) {
    node.attributes().allowOnly(opset < 16 ? Set.of() : Set.of("reduction"));
    Tensor.Joining joining = joining(node.attributes());
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          Rows rows = Rows.of(x, inputs.get(1));
          Tensor values = inputs.get(2);
          if (!Arrays.equals(values.shape(), rows.shape())) {
            throw new InvalidInputException(
                "updates %s should have the shape %s"
                    .formatted(values, Arrays.toString(rows.shape())));
          }
          long count = rows.places().elements();
          long each = rows.rows().size(1);
          Tensor places = rows.places().unsqueeze(1).expand(count, each);
          return scatter(rows.rows(), 0, places, values.reshape(count, each), joining)
              .reshape(x.shape());
        });
  }

  private static Operator oneHot(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis"));
    long axis = node.attributes().integer("axis", -1);
    return Operator.single(
        inputs -> {
          Tensor indices = inputs.get(0);
          long depth = (long) inputs.number(1);
          Tensor values = inputs.get(2);
          if (values.elements() != 2 || depth < 1 || depth > SizeLimits.MOST_ELEMENTS) {
            throw new InvalidInputException("a depth of %d, values %s".formatted(depth, values));
          }
          int dim = Axes.of(axis, indices.rank() + 1);
          long[] shape = new long[indices.rank() + 1];
          Arrays.fill(shape, 1);
          shape[dim] = depth;
          Tensor whole = indices.to(DType.INT64).unsqueeze(dim);
          Tensor classes = Tensor.arange(depth).reshape(shape);
          SizeLimits.checkBroadcast(whole, classes);
          Tensor back = whole.add(Tensor.of(new long[] {depth}));
          Tensor hot = whole.eq(classes).or(back.eq(classes));
          return Tensor.where(hot, values.rows(1, 2).reshape(), values.rows(0, 1).reshape());
        });
  }

  private static Tensor nonZero(Tensor x) {
    SizeLimits.checkIntermediate(x.rank(), x.elements());
    return x.rank() == 0 ? nonZero(x.reshape(1)).slice(0, 0, 0, 1) : x.nonZero().transpose(0, 1);
  }
}
