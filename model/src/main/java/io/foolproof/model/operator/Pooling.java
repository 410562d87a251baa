package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** MaxPool, AveragePool and their global forms, over one to three spatial dimensions. */
final class Pooling {
  private Pooling() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "MaxPool",
        Pooling::max,
        "AveragePool",
        Pooling::average,
        "GlobalMaxPool",
        Operator.Factory.of(Operator.unary(x -> x.max(true, spatial(x)))),
        "GlobalAveragePool",
        Operator.Factory.of(Operator.unary(x -> x.mean(true, spatial(x)))));
  }

  private static long[] spatial(Tensor x) {
    if (x.rank() < 3) {
      throw new InvalidInputException("images [N, C, sizes...] are wanted, found " + x);
    }
    return Axes.from(2, x.rank());
  }

  private static Windows windows(Node node, String... more) {
    node.attributes()
        .allowOnly(
            Stream.concat(Windows.ATTRIBUTES.stream(), Stream.of(more))
                .collect(Collectors.toUnmodifiableSet()));
    return Windows.read(node.attributes());
  }

  private static Operator max(Node node, int opset) {
    Windows windows = windows(node, "ceil_mode", "storage_order");
    boolean ceil = node.attributes().flag("ceil_mode", false);
    if (node.wants(1)) {
      throw new InvalidInputException("the output Indices is not supported");
    }
    return Operator.unary(
        x ->
            x.dtype().isFloating()
                ? max(x, windows, ceil)
                // Exact: the operator takes integers of 8 bits only.
                : max(x.to(DType.FLOAT32), windows, ceil).to(x.dtype()));
  }

  private static Tensor max(Tensor x, Windows asked, boolean ceil) {
    Windows.Fixed given = over(x, asked);
    long[] last = last(x, given, ceil);
    long[] overhang = overhang(given, last);
    Windows.Fixed windows = given.withoutIdleStrides(last);
    if (windows.isSymmetric() && !ceil && fitsHalf(windows)) {
      return Nn.maxPool(
          x,
          windows.kernel(),
          new Nn.Window(windows.stride(), windows.before(), windows.dilation()),
          false);
    }
    Tensor padded =
        Nn.pad(
            x,
            Windows.engineOrder(windows.before(), sum(windows.after(), overhang)),
            Nn.PadMode.CONSTANT,
            Double.NEGATIVE_INFINITY);
    long[] none = new long[windows.dimensions()];
    return Nn.maxPool(
        padded, windows.kernel(), new Nn.Window(windows.stride(), none, windows.dilation()), false);
  }

  /** The engine pads by at most half a window. */
  private static boolean fitsHalf(Windows.Fixed windows) {
    for (int d = 0; d < windows.dimensions(); d++) {
      if (2 * windows.before()[d] > windows.kernel()[d]) {
        return false;
      }
    }
    return true;
  }

  private static Windows.Fixed over(Tensor x, Windows asked) {
    if (x.rank() > 5) {
      throw new InvalidInputException("pooling is over 1 to 3 dimensions, found " + x);
    }
    return asked.over(x, null);
  }

  /**
   * The number of the last window along each dimension, from 0. A window that would begin beyond
   * the input and the padding before it is left out.
   */
  private static long[] last(Tensor x, Windows.Fixed windows, boolean ceil) {
    long[] result = x.shape();
    long[] padded = x.shape();
    long[] last = new long[windows.dimensions()];
    for (int d = 0; d < last.length; d++) {
      long stride = windows.stride()[d];
      long room = windows.padded(d) - windows.reach(d);
      if (room < 0 && !(ceil && room > -stride)) {
        throw windows.notFitting(d);
      }
      last[d] = ceil ? Math.floorDiv(room + stride - 1, stride) : room / stride;
      if (ceil && last[d] * stride >= windows.input()[d] + windows.before()[d]) {
        last[d]--;
      }
      result[d + 2] = last[d] + 1;
      padded[d + 2] = Math.max(windows.padded(d), last[d] * stride + windows.reach(d));
    }
    SizeLimits.checkResult(result);
    SizeLimits.checkImages(padded);
    SizeLimits.checkLoop(SizeLimits.elements(result), SizeLimits.elements(windows.kernel()));
    return last;
  }

  /**
   * How far the last window lies beyond the padded input, per dimension; negative for what no
   * window reaches.
   */
  private static long[] overhang(Windows.Fixed windows, long[] last) {
    long[] overhang = new long[last.length];
    for (int d = 0; d < overhang.length; d++) {
      overhang[d] = last[d] * windows.stride()[d] + windows.reach(d) - windows.padded(d);
    }
    return overhang;
  }

  private static Operator average(Node node, int opset) {
    Windows windows = windows(node, "ceil_mode", "count_include_pad");
    boolean ceil = node.attributes().flag("ceil_mode", false);
    boolean countPadding = node.attributes().flag("count_include_pad", false);
    return Operator.unary(x -> average(x, windows, ceil, countPadding));
  }

  private static Tensor average(Tensor x, Windows asked, boolean ceil, boolean countPadding) {
    Windows.Fixed given = over(x, asked);
    long[] last = last(x, given, ceil);
    long[] overhang = overhang(given, last);
    Windows.Fixed windows = given.withoutIdleStrides(last);
    if (windows.isSymmetric() && !ceil && !windows.isDilated() && fitsHalf(windows)) {
      return Nn.averagePool(
          x, windows.kernel(), windows.stride(), windows.before(), false, countPadding);
    }
    // Sums over windows, and how many elements count in each.
    long[] padding = Windows.engineOrder(windows.before(), windows.after());
    long[] beyond = Windows.engineOrder(new long[windows.dimensions()], overhang);
    long[] oneImage = x.shape();
    oneImage[0] = 1;
    oneImage[1] = 1;
    Tensor counted = Tensor.ones(x.dtype(), oneImage);
    Tensor counts = Nn.pad(counted, padding, Nn.PadMode.CONSTANT, countPadding ? 1 : 0);
    Tensor values = Nn.pad(x, padding, Nn.PadMode.CONSTANT, 0);
    return sums(Nn.pad(values, beyond, Nn.PadMode.CONSTANT, 0), windows)
        .div(sums(Nn.pad(counts, beyond, Nn.PadMode.CONSTANT, 0), windows));
  }

  /** The sum of each window: a convolution of every channel with ones. */
  private static Tensor sums(Tensor x, Windows.Fixed windows) {
    long[] single = x.shape();
    single[0] = x.size(0) * x.size(1);
    single[1] = 1;
    long[] kernel = new long[x.rank()];
    Arrays.fill(kernel, 1);
    System.arraycopy(windows.kernel(), 0, kernel, 2, windows.dimensions());
    Nn.Window window =
        new Nn.Window(windows.stride(), new long[windows.dimensions()], windows.dilation());
    Tensor sums = Nn.conv(x.reshape(single), Tensor.ones(x.dtype(), kernel), null, window, 1);
    long[] result = sums.shape();
    result[0] = x.size(0);
    result[1] = x.size(1);
    return sums.reshape(result);
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }
}
