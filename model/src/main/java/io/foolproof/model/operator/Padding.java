package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Pad, over any dimensions and in every mode. */
final class Padding {
  private Padding() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of("Pad", Padding::pad);
  }

  private enum Mode {
    CONSTANT,
    REFLECT,
    EDGE,
    WRAP;

    /** The place whose value stands at a place outside. */
    long source(long place, long size) {
      return switch (this) {
        case CONSTANT -> throw new IllegalStateException("a constant has no source");
        case EDGE -> Math.max(0, Math.min(place, size - 1));
        case WRAP -> Math.floorMod(place, size);
        case REFLECT -> {
          // There and back is twice the size less both ends.
          long period = Math.max(1, 2 * (size - 1));
          long folded = Math.floorMod(place, period);
          yield Math.min(folded, period - folded) % size;
        }
      };
    }
  }

  private static Operator pad(Node node, int opset) {
    Attributes attributes = node.attributes();
    Mode mode = mode(attributes.text("mode", "constant"));
    if (opset >= 11) {
      attributes.allowOnly(Set.of("mode"));
      return Operator.single(
          inputs -> {
            Tensor x = inputs.get(0);
            long[] axes =
                inputs.has(3) ? Axes.of(inputs.integers(3), x.rank()) : Axes.from(0, x.rank());
            double value = inputs.has(2) ? inputs.number(2) : 0;
            return pad(x, inputs.integers(1), axes, mode, value);
          });
    }
    attributes.allowOnly(Set.of("mode", "pads", "value"));
    long[] pads = attributes.integers("pads");
    double value = attributes.number("value", 0);
    if (pads == null) {
      throw new InvalidInputException("attribute pads is missing");
    }
    return Operator.unary(x -> pad(x, pads, Axes.from(0, x.rank()), mode, value));
  }

  private static Mode mode(String text) {
    return switch (text) {
      case "constant" -> Mode.CONSTANT;
      case "reflect" -> Mode.REFLECT;
      case "edge" -> Mode.EDGE;
      case "wrap" -> Mode.WRAP;
      default -> throw new InvalidInputException("attribute mode is '" + text + "'");
    };
  }

  private static Tensor pad(Tensor x, long[] pads, long[] axes, Mode mode, double value) {
    if (pads.length != 2 * axes.length) {
      throw new InvalidInputException(
          "%d amounts of padding for %d dimensions".formatted(pads.length, axes.length));
    }
    long[] before = new long[x.rank()];
    long[] after = new long[x.rank()];
    long[] shape = x.shape();
    for (int i = 0; i < axes.length; i++) {
      int dim = (int) axes[i];
      before[dim] = bounded(pads[i]);
      after[dim] = bounded(pads[i + axes.length]);
      shape[dim] += before[dim] + after[dim];
    }
    SizeLimits.checkResult(shape);
    if (mode == Mode.CONSTANT) {
      return Nn.pad(x, Windows.engineOrder(before, after), Nn.PadMode.CONSTANT, value);
    }
    Tensor result = x;
    long[] grown = x.shape();
    for (int dim = 0; dim < shape.length; dim++) {
      if (before[dim] != 0 || after[dim] != 0) {
        grown[dim] = shape[dim];
        SizeLimits.checkIntermediate(grown);
        result = outside(result, dim, before[dim], shape[dim], mode);
      }
    }
    return result;
  }

  private static long bounded(long amount) {
    if (Math.abs(amount) > SizeLimits.MOST_ELEMENTS || amount == Long.MIN_VALUE) {
      throw new InvalidInputException("padding by " + amount);
    }
    return amount;
  }

  private static Tensor outside(Tensor x, int dim, long before, long size, Mode mode) {
    if (x.size(dim) == 0) {
      throw new InvalidInputException(
          "nothing to continue along axis %d of %s".formatted(dim, Arrays.toString(x.shape())));
    }
    SizeLimits.checkTable(size);
    long[] sources = new long[Math.toIntExact(size)];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = mode.source(i - before, x.size(dim));
    }
    return x.indexSelect(dim, Tensor.of(sources, sources.length));
  }
}
