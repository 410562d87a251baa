package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the windows of convolutions and pools lie, as the file says it: anything it leaves out is
 * null, and known when the input is.
 */
record Windows(
    long @Nullable [] kernel,
    long @Nullable [] strides,
    long @Nullable [] dilations,
    long @Nullable [] pads,
    AutoPad autoPad) {

  /** Padding that follows from the sizes. */
  enum AutoPad {
    NOTSET,
    VALID,
    SAME_UPPER,
    SAME_LOWER;

    boolean isSame() {
      return this == SAME_UPPER || this == SAME_LOWER;
    }
  }

  /** The names of the attributes read here. */
  static final Set<String> ATTRIBUTES =
      Set.of("kernel_shape", "strides", "dilations", "pads", "auto_pad");

  static Windows read(Attributes attributes) {
    return new Windows(
        positive(attributes, "kernel_shape"),
        positive(attributes, "strides"),
        positive(attributes, "dilations"),
        bounded(attributes, "pads", 0),
        autoPad(attributes.text("auto_pad", "NOTSET")));
  }

  private static AutoPad autoPad(String text) {
    for (AutoPad candidate : AutoPad.values()) {
      if (candidate.name().equals(text)) {
        return candidate;
      }
    }
    throw new InvalidInputException("attribute auto_pad is '" + text + "'");
  }

  private static long @Nullable [] positive(Attributes attributes, String name) {
    return bounded(attributes, name, 1);
  }

  static long @Nullable [] bounded(Attributes attributes, String name, long least) {
    long[] values = attributes.integers(name);
    if (values != null
        && Arrays.stream(values).anyMatch(v -> v < least || v > SizeLimits.MOST_OF_A_WINDOW)) {
      throw new UnsafeModelException(
          "attribute %s is %s; %d to 2^20 is supported"
              .formatted(name, Arrays.toString(values), least));
    }
    return values;
  }

  /** Windows over an input of known sizes: one number per spatial dimension everywhere. */
  record Fixed(
      long[] input, long[] kernel, long[] stride, long[] dilation, long[] before, long[] after) {

    int dimensions() {
      return input.length;
    }

    /** The input that a window covers, from its first element to its last. */
    long reach(int dimension) {
      return (kernel[dimension] - 1) * dilation[dimension] + 1;
    }

    /** The input with its padding. */
    long padded(int dimension) {
      return input[dimension] + before[dimension] + after[dimension];
    }

    /**
     * The same windows for the engine. Where there is one window along a dimension its stride
     * counts for nothing, and becomes the shortest that leaves it at one: the engine computes
     * addresses with strides, and large ones overflow.
     *
     * @param last the number of the last window along each dimension, from 0
     */
    Fixed withoutIdleStrides(long[] last) {
      long[] shortened = stride.clone();
      for (int d = 0; d < shortened.length; d++) {
        if (last[d] == 0) {
          shortened[d] = Math.min(stride[d], Math.max(1, padded(d) - reach(d) + 1));
        }
      }
      return withStride(shortened);
    }

    Fixed withStride(long[] other) {
      return new Fixed(input, kernel, other, dilation, before, after);
    }

    /** Refuses windows that are longer than the padded input. */
    void requireFits(int dimension) {
      if (reach(dimension) > padded(dimension)) {
        throw notFitting(dimension);
      }
    }

    UnsafeModelException notFitting(int dimension) {
      return new UnsafeModelException(
          "a window over %d values does not fit the padded input of %d along dimension %d"
              .formatted(reach(dimension), padded(dimension), dimension + 2));
    }

    boolean isSymmetric() {
      return Arrays.equals(before, after);
    }

    boolean isDilated() {
      return Arrays.stream(dilation).anyMatch(d -> d != 1);
    }
  }

  /** Windows over an input [N, C, sizes...], with a kernel the file need not have named. */
  Fixed over(Tensor x, long @Nullable [] weightKernel) {
    int dimensions = x.rank() - 2;
    if (dimensions < 1) {
      throw new InvalidInputException("images [N, C, sizes...] are wanted, found " + x);
    }
    long[] sizes = Arrays.copyOfRange(x.shape(), 2, x.rank());
    long[] shape = kernel != null ? kernel : weightKernel;
    if (shape == null) {
      throw new InvalidInputException("attribute kernel_shape is missing");
    }
    if (weightKernel != null && !Arrays.equals(shape, weightKernel)) {
      throw new InvalidInputException(
          "attribute kernel_shape is %s, the weights are %s"
              .formatted(Arrays.toString(shape), Arrays.toString(weightKernel)));
    }
    long[] padding = pads != null ? pads : new long[2 * dimensions];
    require("kernel_shape", shape, dimensions);
    require("pads", padding, 2 * dimensions);
    Fixed unpadded =
        new Fixed(
            sizes,
            shape,
            orOnes("strides", strides, dimensions),
            orOnes("dilations", dilations, dimensions),
            Arrays.copyOf(padding, dimensions),
            Arrays.copyOfRange(padding, dimensions, 2 * dimensions));
    return switch (autoPad) {
      case NOTSET -> unpadded;
      case VALID -> withPads(unpadded, new long[dimensions], new long[dimensions]);
      case SAME_UPPER, SAME_LOWER -> same(unpadded);
    };
  }

  /** As many windows as strides fit into the input, with the padding that takes. */
  private Fixed same(Fixed windows) {
    long[] smaller = new long[windows.dimensions()];
    long[] larger = new long[windows.dimensions()];
    for (int d = 0; d < smaller.length; d++) {
      long size = windows.input()[d];
      long stride = windows.stride()[d];
      long count = (size + stride - 1) / stride;
      long total = Math.max((count - 1) * stride + windows.reach(d) - size, 0);
      smaller[d] = total / 2;
      larger[d] = total - total / 2;
    }
    return autoPad == AutoPad.SAME_UPPER
        ? withPads(windows, smaller, larger)
        : withPads(windows, larger, smaller);
  }

  private static Fixed withPads(Fixed windows, long[] before, long[] after) {
    return new Fixed(
        windows.input(), windows.kernel(), windows.stride(), windows.dilation(), before, after);
  }

  private static long[] orOnes(String name, long @Nullable [] values, int dimensions) {
    if (values == null) {
      long[] ones = new long[dimensions];
      Arrays.fill(ones, 1);
      return ones;
    }
    require(name, values, dimensions);
    return values;
  }

  static void require(String name, long[] values, int count) {
    if (values.length != count) {
      throw new InvalidInputException(
          "attribute %s has %d numbers, the input wants %d".formatted(name, values.length, count));
    }
  }

  /** Amounts of padding in the engine's order: from the last dimension backwards. */
  static long[] engineOrder(long[] before, long[] after) {
    long[] amounts = new long[2 * before.length];
    for (int d = 0; d < before.length; d++) {
      int place = 2 * (before.length - 1 - d);
      amounts[place] = before[d];
      amounts[place + 1] = after[d];
    }
    return amounts;
  }
}
