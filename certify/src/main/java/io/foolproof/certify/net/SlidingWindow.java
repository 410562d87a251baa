package io.foolproof.certify.net;

import io.foolproof.model.operator.Attributes;
import io.foolproof.model.operator.Node;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import java.util.function.Function;

/**
 * How a window goes over an image.
 *
 * @param before padding above and to the left
 * @param after padding below and to the right, and what the last windows reach behind it
 * @param rest rows and columns of the padded image that no window reaches
 */
record SlidingWindow(
    long[] stride,
    long[] dilation,
    long[] before,
    long[] after,
    long rows,
    long columns,
    long[] rest) {
  /**
   * By place of the window, how many of its rows (columns) count in a mean.
   *
   * @param d 0 for rows, 1 for columns
   * @param size of the image
   * @param counted whether padding counts
   */
  long[] counts(int d, long kernel, long size, boolean counted) {
    long first = counted ? -before[d] : 0;
    long end = counted ? size + after[d] : size;
    long[] counts = new long[(int) (d == 0 ? rows : columns)];
    for (int i = 0; i < counts.length; i++) {
      for (long k = 0; k < kernel; k++) {
        long at = i * stride[d] - before[d] + k * dilation[d];
        counts[i] += at >= first && at < end ? 1 : 0;
      }
    }
    return counts;
  }

  /** With the padding that comes first. */
  Nn.Window window() {
    return new Nn.Window(stride, before, dilation);
  }

  /**
   * That of a node.
   *
   * @param image [1, C, H, W]
   * @param kernel its rows and columns
   * @param refusal of the node, for a reason
   */
  static SlidingWindow of(
      Node node, long[] image, long[] kernel, Function<String, InvalidInputException> refusal) {
    Attributes attributes = node.attributes();
    long[] stride = NetReader.orElse(attributes.integers("strides"), 1, 1);
    long[] dilation = NetReader.orElse(attributes.integers("dilations"), 1, 1);
    long[] pads = NetReader.orElse(attributes.integers("pads"), 0, 0, 0, 0);
    if (image.length != 4
        || image[0] != 1
        || kernel.length != 2
        || stride.length != 2
        || dilation.length != 2
        || pads.length != 4) {
      throw refusal.apply("a window of rows and columns over one image is wanted");
    }
    String auto = attributes.text("auto_pad", "NOTSET");
    boolean up = attributes.integer("ceil_mode", 0) != 0;
    if (up && (!auto.equals("NOTSET") || !node.type().endsWith("Pool"))) {
      throw refusal.apply("ceil_mode is covered in pools without auto_pad");
    }
    long[] before = new long[2];
    long[] after = new long[2];
    long[] out = new long[2];
    long[] rest = new long[2];
    for (int d = 0; d < 2; d++) {
      if (stride[d] < 1 || dilation[d] < 1 || kernel[d] < 1) {
        throw refusal.apply("its steps are not positive");
      }
      long size = image[d + 2];
      long span = dilation[d] * (kernel[d] - 1) + 1;
      long wanted = (size + stride[d] - 1) / stride[d];
      long missing = (wanted - 1) * stride[d] + span - size;
      if (auto.startsWith("SAME") && missing < -1) {
        // Some begin behind the edge then.
        throw refusal.apply("its steps pass over the edge of its input: runtimes disagree on that");
      }
      long total = Math.max(0, missing);
      before[d] =
          switch (auto) {
            case "NOTSET" -> pads[d];
            case "VALID" -> 0;
            case "SAME_UPPER" -> total / 2;
            case "SAME_LOWER" -> total - total / 2;
            default -> throw refusal.apply("auto_pad " + auto + " is not known");
          };
      boolean isSame = auto.startsWith("SAME");
      after[d] = isSame ? total - before[d] : auto.equals("VALID") ? 0 : pads[d + 2];
      long reach = size + before[d] + after[d] - span;
      if (reach < 0 || before[d] < 0 || after[d] < 0) {
        throw refusal.apply("its window is larger than its input, or its padding is negative");
      }
      out[d] = reach / stride[d] + 1;
      rest[d] = reach % stride[d];
      // One more window for what is left over.
      if (up && rest[d] > 0) {
        if (out[d] * stride[d] >= size + before[d]) {
          throw refusal.apply("a window would begin behind the image: runtimes disagree on those");
        }
        if (attributes.integer("count_include_pad", 0) != 0) {
          throw refusal.apply("a window reaches behind padding that counts: runtimes disagree");
        }
        after[d] += stride[d] - rest[d];
        rest[d] = 0;
        out[d]++;
      }
    }
    return new SlidingWindow(stride, dilation, before, after, out[0], out[1], rest);
  }
}
