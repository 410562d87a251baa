package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The same elements in another shape. */
final class Shapes {
  /** The engine's own limit. */
  private static final int MOST_DIMENSIONS = 64;

  private Shapes() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("Reshape", Shapes::reshape);
    operators.put("Flatten", Shapes::flatten);
    operators.put("Transpose", Shapes::transpose);
    operators.put("Squeeze", (node, opset) -> withAxes(node, opset, Shapes::squeeze));
    operators.put("Unsqueeze", (node, opset) -> withAxes(node, opset, Shapes::unsqueeze));
    operators.put("Expand", Operator.Factory.of(Operator.single(Shapes::expand)));
    operators.put("Tile", Operator.Factory.of(Operator.single(Shapes::tile)));
    operators.put("Shape", Shapes::shape);
    operators.put("Size", Operator.Factory.of(Operator.unary(Shapes::size)));
    operators.put("DepthToSpace", Shapes::depthToSpace);
    operators.put("SpaceToDepth", Shapes::spaceToDepth);
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
          return Nn.reshape(x, rows, columns);
        });
  }

  private static Operator reshape(Node node, int opset) {
    node.attributes().allowOnly(Set.of("allowzero"));
    boolean allowZero = node.attributes().flag("allowzero", false);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          return Nn.reshape(x, resolved(inputs.integers(1), x, allowZero));
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
      } else if (shape[i] < 0 || shape[i] > SizeLimits.MOST_ELEMENTS) {
        throw impossible(wanted, x);
      } else {
        known = SizeLimits.saturatedProduct(known, shape[i]);
      }
    }
    if (open >= 0 && known > 0) {
      shape[open] = x.elements() / known;
      known = SizeLimits.saturatedProduct(known, shape[open]);
    }
    if (known != x.elements() || (open >= 0 && shape[open] < 0)) {
      throw impossible(wanted, x);
    }
    return shape;
  }

  private static InvalidInputException impossible(long[] wanted, Tensor x) {
    return new InvalidInputException(x + " cannot take the shape " + Arrays.toString(wanted));
  }

  private static Operator transpose(Node node, int opset) {
    node.attributes().allowOnly(Set.of("perm"));
    long[] order = node.attributes().integers("perm");
    return Operator.unary(
        x -> {
          if (order == null) {
            long[] reversed = new long[x.rank()];
            Arrays.setAll(reversed, i -> x.rank() - 1L - i);
            return x.permute(reversed);
          }
          if (order.length != x.rank()) {
            throw new InvalidInputException(
                "perm has %d numbers for %s".formatted(order.length, x));
          }
          return x.permute(Axes.of(order, x.rank()));
        });
  }

  private interface OverAxes {
    Tensor apply(Tensor x, long @Nullable [] axes);
  }

  /** The axes are an attribute before operator set 13, an input from it on. */
  private static Operator withAxes(Node node, int opset, OverAxes function) {
    if (opset >= 13) {
      node.attributes().allowOnly(Set.of());
      return Operator.single(
          inputs -> function.apply(inputs.get(0), inputs.has(1) ? inputs.integers(1) : null));
    }
    node.attributes().allowOnly(Set.of("axes"));
    long[] axes = node.attributes().integers("axes");
    return Operator.unary(x -> function.apply(x, axes));
  }

  private static Tensor squeeze(Tensor x, long @Nullable [] axes) {
    boolean[] dropped = new boolean[x.rank()];
    if (axes == null) {
      for (int i = 0; i < dropped.length; i++) {
        dropped[i] = x.size(i) == 1;
      }
    } else {
      for (long axis : Axes.of(axes, x.rank())) {
        if (x.size((int) axis) != 1) {
          throw new InvalidInputException("axis %d of %s is not 1".formatted(axis, x));
        }
        dropped[(int) axis] = true;
      }
    }
    long[] shape = new long[x.rank()];
    int rank = 0;
    for (int i = 0; i < dropped.length; i++) {
      if (!dropped[i]) {
        shape[rank++] = x.size(i);
      }
    }
    return x.reshape(Arrays.copyOf(shape, rank));
  }

  private static Tensor unsqueeze(Tensor x, long @Nullable [] axes) {
    if (axes == null) {
      throw new InvalidInputException("the axes are missing");
    }
    if (x.rank() + axes.length > MOST_DIMENSIONS) {
      throw new InvalidInputException(
          "%d more dimensions for %s are more than %d".formatted(axes.length, x, MOST_DIMENSIONS));
    }
    long[] sorted = Axes.of(axes, x.rank() + axes.length);
    Arrays.sort(sorted);
    Tensor result = x;
    for (long axis : sorted) {
      result = result.unsqueeze((int) axis);
    }
    return result;
  }

  private static Tensor expand(Inputs inputs) {
    Tensor x = inputs.get(0);
    long[] shape = SizeLimits.broadcast(x.shape(), inputs.integers(1));
    SizeLimits.checkResult(shape);
    return x.expand(shape);
  }

  private static Tensor tile(Inputs inputs) {
    Tensor x = inputs.get(0);
    long[] repeats = inputs.integers(1);
    if (repeats.length != x.rank() || Arrays.stream(repeats).anyMatch(r -> r < 0)) {
      throw new InvalidInputException(
          "%s cannot be repeated %s times".formatted(x, Arrays.toString(repeats)));
    }
    long[] single = new long[2 * x.rank()];
    long[] repeated = new long[2 * x.rank()];
    long[] result = new long[x.rank()];
    for (int i = 0; i < repeats.length; i++) {
      single[2 * i] = 1;
      single[2 * i + 1] = x.size(i);
      repeated[2 * i] = repeats[i];
      repeated[2 * i + 1] = x.size(i);
      result[i] = SizeLimits.saturatedProduct(repeats[i], x.size(i));
    }
    SizeLimits.checkResult(result);
    return x.reshape(single).expand(repeated).reshape(result);
  }

  private static Operator shape(Node node, int opset) {
    node.attributes().allowOnly(Set.of("start", "end"));
    long start = node.attributes().integer("start", 0);
    long end = node.attributes().integer("end", Long.MAX_VALUE);
    return Operator.unary(
        x -> {
          int from = within(start, x.rank());
          int to = Math.max(from, within(end, x.rank()));
          return Tensor.of(Arrays.copyOfRange(x.shape(), from, to), to - from);
        });
  }

  private static int within(long place, int rank) {
    return (int) Math.max(0, Math.min(place < 0 ? place + rank : place, rank));
  }

  private static Tensor size(Tensor x) {
    return Tensor.of(new long[] {x.elements()});
  }

  /** Whether the channels are ordered by block first, as attribute mode says. */
  private static boolean blockFirst(Node node) {
    node.attributes().allowOnly(Set.of("blocksize", "mode"));
    String mode = node.attributes().text("mode", "DCR");
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw new InvalidInputException("attribute mode is '" + mode + "'");
    }
    return mode.equals("DCR");
  }

  private static long blockSize(Node node) {
    long block = node.attributes().integer("blocksize");
    if (block < 1 || block > 1000) {
      throw new InvalidInputException("attribute blocksize is " + block);
    }
    return block;
  }

  private static Operator depthToSpace(Node node, int opset) {
    boolean blockFirst = blockFirst(node);
    long b = blockSize(node);
    return Operator.unary(
        x -> {
          requireImages(x, 1, b * b);
          long channels = x.size(1) / (b * b);
          long height = x.size(2);
          long width = x.size(3);
          Tensor moved =
              blockFirst
                  ? x.reshape(x.size(0), b, b, channels, height, width).permute(0, 3, 4, 1, 5, 2)
                  : x.reshape(x.size(0), channels, b, b, height, width).permute(0, 1, 4, 2, 5, 3);
          return moved.reshape(x.size(0), channels, height * b, width * b);
        });
  }

  private static Operator spaceToDepth(Node node, int opset) {
    boolean blockFirst = blockFirst(node);
    long b = blockSize(node);
    return Operator.unary(
        x -> {
          requireImages(x, b, 1);
          long channels = x.size(1);
          long height = x.size(2) / b;
          long width = x.size(3) / b;
          Tensor blocks = x.reshape(x.size(0), channels, height, b, width, b);
          Tensor moved =
              blockFirst ? blocks.permute(0, 3, 5, 1, 2, 4) : blocks.permute(0, 1, 3, 5, 2, 4);
          return moved.reshape(x.size(0), channels * b * b, height, width);
        });
  }

  private static void requireImages(Tensor x, long sizeUnit, long channelUnit) {
    if (x.rank() != 4
        || x.size(1) % channelUnit != 0
        || x.size(2) % sizeUnit != 0
        || x.size(3) % sizeUnit != 0) {
      throw new InvalidInputException(
          "images whose channels are a multiple of %d and whose sizes are one of %d are wanted,"
                  .formatted(channelUnit, sizeUnit)
              + " found "
              + x);
    }
  }
}
