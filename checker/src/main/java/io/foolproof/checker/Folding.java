package io.foolproof.checker;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What nodes give that take constants alone: weights that are moved, and the sizes from which
 * exporters make the argument of a Reshape. Nothing is rounded.
 */
final class Folding {
  private static final Set<String> COVERED =
      Set.of("Identity", "Cast", "Transpose", "Squeeze", "Unsqueeze", "Gather", "Concat");

  private Folding() {}

  static boolean covers(String type) {
    return COVERED.contains(type);
  }

  /** The sizes of a value. */
  static Constant shape(OnnxReader.Node node, int[] shape) {
    if (node.attributes().containsKey("start") || node.attributes().containsKey("end")) {
      throw node.refusal("all sizes are wanted, not some");
    }
    return vector(Arrays.stream(shape).asDoubleStream().toArray());
  }

  /** What a node gives; its first input is a constant, and all others have to be. */
  static Constant folded(OnnxReader.Node node, List<Constant> inputs) {
    Constant x = inputs.get(0);
    return switch (node.type()) {
      case "Cast" -> cast(node, x);
      case "Transpose" -> transposed(node, x);
      case "Squeeze", "Unsqueeze" -> {
        boolean isAttribute = node.attributes().containsKey("axes");
        double[] given =
            inputs.size() > 1
                ? inputs.get(1).values()
                : isAttribute ? node.signed("axes") : new double[0];
        boolean any = inputs.size() > 1 || isAttribute;
        int[] axes = Arrays.stream(given).mapToInt(value -> (int) value).toArray();
        yield new Constant(withoutOnes(node, x.shape(), any ? axes : null), x.values());
      }
      case "Gather" -> gathered(node, x, inputs.get(1));
      case "Concat" -> {
        boolean vectors = inputs.stream().allMatch(part -> part.shape().length == 1);
        if (!vectors || node.integer("axis", 1) != 0) {
          throw node.refusal("of constants, only vectors are joined");
        }
        yield vector(inputs.stream().flatMapToDouble(p -> Arrays.stream(p.values())).toArray());
      }
      default -> x;
    };
  }

  private static Constant vector(double... values) {
    return new Constant(new int[] {values.length}, values);
  }

  /** Converted to another type, which must not change any value. */
  private static Constant cast(OnnxReader.Node node, Constant x) {
    long to = node.integer("to", 0);
    boolean exact =
        switch ((int) to) {
          case Constant.FLOAT ->
              Arrays.stream(x.values()).allMatch(value -> (float) value == value);
          case Constant.INT64 -> Arrays.stream(x.values()).allMatch(value -> (long) value == value);
          case Constant.DOUBLE -> true;
          default -> false;
        };
    if (!exact) {
      throw node.refusal("it changes numbers, or is to another type than float, double and int64");
    }
    return x;
  }

  private static Constant transposed(OnnxReader.Node node, Constant x) {
    int rank = x.shape().length;
    int[] reversed = IntStream.range(0, rank).map(d -> rank - 1 - d).toArray();
    int[] order = node.integers("perm", reversed);
    if (!Arrays.equals(Arrays.stream(order).sorted().toArray(), Shapes.inOrder(rank))) {
      throw node.refusal("its perm is no order of the dimensions");
    }
    int[] out = Arrays.stream(order).map(d -> x.shape()[d]).toArray();
    int[] ones = new int[rank];
    Arrays.fill(ones, 1);
    int[] places = Shapes.places(x.shape(), out, order, new int[rank], ones);
    return new Constant(out, Arrays.stream(places).mapToDouble(p -> x.values()[p]).toArray());
  }

  private static Constant gathered(OnnxReader.Node node, Constant x, Constant at) {
    int size = x.values().length;
    if (x.shape().length != 1 || node.integer("axis", 0) != 0) {
      throw node.refusal("of constants, only vectors are taken from");
    }
    double[] values = new double[at.values().length];
    for (int i = 0; i < values.length; i++) {
      int place = (int) at.values()[i] + (at.values()[i] < 0 ? size : 0);
      if (place < 0 || place >= size) {
        throw node.refusal("there is no place " + place);
      }
      values[i] = x.values()[place];
    }
    return new Constant(at.shape(), values);
  }

  /**
   * The shape that Squeeze or Unsqueeze gives.
   *
   * @param axes from its input or attribute; null where all ones are left out
   */
  static int[] withoutOnes(OnnxReader.Node node, int[] old, int @Nullable [] axes) {
    boolean adds = node.type().equals("Unsqueeze");
    if (axes == null) {
      if (adds) {
        throw node.refusal("it has no axes");
      }
      return Arrays.stream(old).filter(size -> size != 1).toArray();
    }
    int rank = old.length + (adds ? axes.length : 0);
    boolean[] chosen = new boolean[rank];
    for (int axis : axes) {
      int d = axis < 0 ? axis + rank : axis;
      if (d < 0 || d >= rank || chosen[d] || !(adds || old[d] == 1)) {
        throw node.refusal("axis " + axis + " is given twice, or is none of size 1");
      }
      chosen[d] = true;
    }
    int[] shape = new int[adds ? rank : rank - axes.length];
    for (int d = 0, from = 0, to = 0; d < rank; d++) {
      if (adds) {
        shape[d] = chosen[d] ? 1 : old[from++];
      } else if (!chosen[d]) {
        shape[to++] = old[d];
      }
    }
    return shape;
  }
}
