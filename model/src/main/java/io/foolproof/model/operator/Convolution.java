package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Conv and ConvTranspose, over one to three spatial dimensions. */
final class Convolution {
  private Convolution() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of("Conv", Convolution::conv, "ConvTranspose", Convolution::transposed);
  }

  private static Operator conv(Node node, int opset) {
    Settings settings = settings(node);
    return Operator.single(
        inputs -> conv(inputs.get(0), inputs.get(1), inputs.optional(2), settings));
  }

  /** The attributes of a convolution. */
  record Settings(Windows windows, long groups) {}

  /** The attributes of a node that may have others besides. */
  static Settings settings(Node node, String... more) {
    Attributes attributes = node.attributes();
    allowOnly(attributes, Stream.concat(Stream.of("group"), Stream.of(more)));
    return new Settings(Windows.read(attributes), groups(attributes));
  }

  private static void allowOnly(Attributes attributes, Stream<String> more) {
    attributes.allowOnly(
        Stream.concat(Windows.ATTRIBUTES.stream(), more).collect(Collectors.toUnmodifiableSet()));
  }

  private static long groups(Attributes attributes) {
    long groups = attributes.integer("group", 1);
    if (groups < 1 || groups > Integer.MAX_VALUE) {
      throw new InvalidInputException("attribute group is " + groups);
    }
    return groups;
  }

  static Tensor conv(Tensor x, Tensor weight, @Nullable Tensor bias, Settings settings) {
    requireSameRank(x, weight);
    long groups = settings.groups();
    Windows.Fixed windows = settings.windows().over(x, spatial(weight));
    long[] result = x.shape();
    long[] padded = x.shape();
    long[] last = new long[windows.dimensions()];
    result[1] = weight.size(0);
    for (int d = 0; d < last.length; d++) {
      padded[d + 2] = windows.padded(d);
      windows.requireFits(d);
      last[d] = (windows.padded(d) - windows.reach(d)) / windows.stride()[d];
      result[d + 2] = last[d] + 1;
    }
    SizeLimits.checkImages(padded);
    SizeLimits.checkImages(result);
    checkConvolution(result, weight.size(1), windows);
    Windows.Fixed effective = windows.withoutIdleStrides(last);
    if (windows.isSymmetric()) {
      return Nn.conv(x, weight, bias, engine(effective, windows.before()), groups);
    }
    Tensor wide =
        Nn.pad(x, Windows.engineOrder(windows.before(), windows.after()), Nn.PadMode.CONSTANT, 0);
    return Nn.conv(wide, weight, bias, engine(effective, new long[last.length]), groups);
  }

  /** The engine may lay out every window of a sample side by side. */
  private static void checkConvolution(long[] result, long channels, Windows.Fixed windows) {
    long windowSize = channels;
    for (long size : windows.kernel()) {
      windowSize = SizeLimits.saturatedProduct(windowSize, size);
    }
    long[] unfolded = result.clone();
    unfolded[0] = 1;
    unfolded[1] = windowSize;
    SizeLimits.checkIntermediate(unfolded);
    SizeLimits.checkWork(SizeLimits.elements(result), windowSize);
  }

  private static void requireSameRank(Tensor x, Tensor weight) {
    if (x.rank() != weight.rank() || x.rank() < 3 || x.rank() > 5) {
      throw new InvalidInputException(
          "images and weights of one rank from 3 to 5 are wanted, found %s and %s"
              .formatted(x, weight));
    }
  }

  private static long[] spatial(Tensor weight) {
    return Arrays.copyOfRange(weight.shape(), 2, weight.rank());
  }

  private static Nn.Window engine(Windows.Fixed windows, long[] padding) {
    return new Nn.Window(windows.stride(), padding, windows.dilation());
  }

  private static Operator transposed(Node node, int opset) {
    Attributes attributes = node.attributes();
    allowOnly(attributes, Stream.of("group", "output_padding", "output_shape"));
    Windows windows = Windows.read(attributes);
    long groups = groups(attributes);
    long[] extra = Windows.bounded(attributes, "output_padding", 0);
    long[] sizes = Windows.bounded(attributes, "output_shape", 1);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          Tensor weight = inputs.get(1);
          requireSameRank(x, weight);
          Windows.Fixed over = windows.over(x, spatial(weight));
          long[] crop = crop(over, windows, extra, sizes);
          return transposed(x, weight, inputs.optional(2), over, crop, groups);
        });
  }

  /**
   * What the whole result is cropped by, before and after each dimension; negative where it grows.
   */
  private static long[] crop(
      Windows.Fixed over, Windows asked, long @Nullable [] extra, long @Nullable [] sizes) {
    int dimensions = over.dimensions();
    long[] growth = extra == null ? new long[dimensions] : extra;
    Windows.require("output_padding", growth, dimensions);
    if (sizes != null) {
      Windows.require("output_shape", sizes, dimensions);
    }
    long[] crop = new long[2 * dimensions];
    for (int d = 0; d < dimensions; d++) {
      long before = over.before()[d];
      long after = over.after()[d];
      if (sizes != null || asked.autoPad().isSame()) {
        long wanted = sizes != null ? sizes[d] : over.input()[d] * over.stride()[d];
        long total = whole(over, d) + growth[d] - wanted;
        boolean upper = asked.autoPad() == Windows.AutoPad.SAME_UPPER;
        // What is wanting is added behind.
        before = total < 0 ? 0 : upper ? total / 2 : total - total / 2;
        after = total - before;
      }
      crop[2 * d] = before;
      crop[2 * d + 1] = after - growth[d];
    }
    return crop;
  }

  private static long whole(Windows.Fixed over, int d) {
    return (over.input()[d] - 1) * over.stride()[d] + over.reach(d);
  }

  /**
   * The whole result first, then cropped or grown, then the bias: what grows beyond the last window
   * is bias alone.
   */
  private static Tensor transposed(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      Windows.Fixed over,
      long[] crop,
      long groups) {
    int dimensions = over.dimensions();
    long[] result = x.shape();
    result[1] = SizeLimits.saturatedProduct(weight.size(1), groups);
    long[] amounts = new long[2 * dimensions];
    for (int d = 0; d < dimensions; d++) {
      result[d + 2] = whole(over, d);
      int place = 2 * (dimensions - 1 - d);
      amounts[place] = -crop[2 * d];
      amounts[place + 1] = -crop[2 * d + 1];
    }
    SizeLimits.checkImages(x.shape());
    SizeLimits.checkImages(result);
    checkConvolution(x.shape(), result[1], over);
    long[] none = new long[dimensions];
    Tensor whole = Nn.convTranspose(x, weight, null, engine(spread(over), none), none, groups);
    for (int d = 0; d < dimensions; d++) {
      result[d + 2] -= crop[2 * d] + crop[2 * d + 1];
    }
    SizeLimits.checkResult(result);
    Tensor cropped =
        Arrays.stream(amounts).allMatch(a -> a == 0)
            ? whole
            : Nn.pad(whole, amounts, Nn.PadMode.CONSTANT, 0);
    return bias == null ? cropped : cropped.add(perChannel(bias, dimensions));
  }

  /** One place of the input is spread over no others: its stride counts for nothing. */
  private static Windows.Fixed spread(Windows.Fixed over) {
    long[] stride = over.stride().clone();
    for (int d = 0; d < stride.length; d++) {
      if (over.input()[d] <= 1) {
        stride[d] = 1;
      }
    }
    return over.withStride(stride);
  }

  private static Tensor perChannel(Tensor bias, int dimensions) {
    long[] shape = new long[dimensions + 1];
    Arrays.fill(shape, 1);
    shape[0] = bias.elements();
    return bias.reshape(shape);
  }
}
