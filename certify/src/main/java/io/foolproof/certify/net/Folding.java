package io.foolproof.certify.net;

import io.foolproof.model.operator.Node;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What nodes give that take constants alone: weights that are moved, and the sizes from which
 * exporters make the argument of a Reshape. Nothing is rounded.
 */
final class Folding {
  private static final Set<String> COVERED =
      Set.of("Identity", "Cast", "Transpose", "Squeeze", "Unsqueeze", "Gather", "Concat");

  static final int FLOAT = 1;
  private static final int INT64 = 7;
  static final int DOUBLE = 11;

  private Folding() {}

  static boolean covers(String type) {
    return COVERED.contains(type);
  }

  /** The sizes of a value; null where some of them are wanted. */
  static @Nullable Tensor shape(Node node, long[] shape) {
    boolean all = !node.attributes().has("start") && !node.attributes().has("end");
    return all ? Scope.outlive(Tensor.of(shape, shape.length)) : null;
  }

  /** What a node gives that takes these; null where it is not covered. */
  static @Nullable Tensor folded(Node node, List<Tensor> inputs) {
    try (Scope scope = Scope.open()) {
      Tensor x = inputs.get(0);
      Tensor result =
          switch (node.type()) {
            case "Cast" -> cast(x, (int) node.attributes().integer("to", 0));
            case "Transpose" -> transposed(node, x);
            case "Squeeze", "Unsqueeze" -> {
              long[] axes =
                  inputs.size() > 1 ? inputs.get(1).toLongs() : node.attributes().integers("axes");
              long[] shape = withoutOnes(node, x.shape(), axes);
              yield shape == null ? null : x.reshape(shape);
            }
            case "Gather" -> gathered(node, x, inputs.get(1));
            case "Concat" ->
                inputs.stream().allMatch(part -> part.rank() == 1 && part.dtype() == x.dtype())
                        && node.attributes().integer("axis", 1) == 0
                    ? Tensor.concat(inputs, 0)
                    : null;
            default -> x;
          };
      return result == null ? null : Scope.outlive(result);
    }
  }

  /** Converted to another type, where this changes no value; else null. */
  private static @Nullable Tensor cast(Tensor x, int to) {
    DType type =
        switch (to) {
          case FLOAT -> DType.FLOAT32;
          case INT64 -> DType.INT64;
          case DOUBLE -> DType.FLOAT64;
          default -> x.dtype();
        };
    Tensor result = x.to(type);
    boolean known = to == FLOAT || to == INT64 || to == DOUBLE;
    return known && Arrays.equals(result.toDoubles(), x.toDoubles()) ? result : null;
  }

  private static @Nullable Tensor transposed(Node node, Tensor x) {
    int rank = x.rank();
    long[] order = node.attributes().integers("perm");
    if (order == null) {
      order = new long[rank];
      for (int d = 0; d < rank; d++) {
        order[d] = rank - 1L - d;
      }
    }
    long[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int d = 0; d < rank; d++) {
      if (order.length != rank || sorted[d] != d) {
        return null;
      }
    }
    return x.permute(order);
  }

  private static @Nullable Tensor gathered(Node node, Tensor x, Tensor at) {
    if (x.rank() != 1 || node.attributes().integer("axis", 0) != 0) {
      return null;
    }
    long[] places = at.toLongs();
    for (int i = 0; i < places.length; i++) {
      places[i] += places[i] < 0 ? x.size(0) : 0;
      if (places[i] < 0 || places[i] >= x.size(0)) {
        return null;
      }
    }
    return x.indexSelect(0, Tensor.of(places, places.length)).reshape(at.shape());
  }

  /**
   * The shape that Squeeze or Unsqueeze gives; null where its axes do not fit.
   *
   * @param axes from its input or attribute; null where all ones are left out
   */
  static long @Nullable [] withoutOnes(Node node, long[] old, long @Nullable [] axes) {
    boolean adds = node.type().equals("Unsqueeze");
    if (axes == null) {
      return adds ? null : Arrays.stream(old).filter(size -> size != 1).toArray();
    }
    int rank = old.length + (adds ? axes.length : 0);
    boolean[] chosen = new boolean[rank];
    for (long axis : axes) {
      int d = (int) (axis < 0 ? axis + rank : axis);
      if (d < 0 || d >= rank || chosen[d] || !(adds || old[d] == 1)) {
        return null;
      }
      chosen[d] = true;
    }
    long[] shape = new long[adds ? rank : rank - axes.length];
    int from = 0;
    int to = 0;
    for (int d = 0; d < rank; d++) {
      if (adds) {
        shape[d] = chosen[d] ? 1 : old[from++];
      } else if (!chosen[d]) {
        shape[to++] = old[d];
      }
    }
    return shape;
  }
}
