package io.foolproof.checker;

/** How a window goes over an image, and how many rows and columns that gives. */
record SlidingWindow(int[] stride, int[] dilation, int[] pads, int rows, int columns) {

  /**
   * That of a node.
   *
   * @param in the image, [C, H, W]
   * @param window its rows and columns
   */
  static SlidingWindow of(OnnxReader.Node node, int[] in, int[] window) {
    int[] stride = node.integers("strides", 1, 1);
    int[] dilation = node.integers("dilations", 1, 1);
    int[] pads = node.integers("pads", 0, 0, 0, 0);
    String auto = node.text("auto_pad", "NOTSET");
    boolean shifted = auto.equals("SAME_LOWER");
    boolean same = auto.equals("SAME_UPPER") || shifted;
    boolean up = node.integer("ceil_mode", 0) != 0;
    if (!(same || auto.equals("NOTSET") || auto.equals("VALID"))
        || (up && !(auto.equals("NOTSET") && node.type().endsWith("Pool")))) {
      throw node.refusal("auto_pad " + auto + ", or ceil_mode with it, is not covered");
    }
    if (stride.length != 2 || dilation.length != 2 || pads.length != 4 || window.length != 2) {
      throw node.refusal("a window of rows and columns is wanted");
    }
    int[] out = new int[2];
    int[] padding = auto.equals("NOTSET") ? pads : new int[4];
    for (int d = 0; d < 2; d++) {
      if (stride[d] < 1 || dilation[d] < 1 || window[d] < 1) {
        throw node.refusal("its steps are not positive");
      }
      int reach = dilation[d] * (window[d] - 1) + 1;
      if (same) {
        // As many windows as steps fit into the image; an odd rest goes to one side.
        int windows = (in[d + 1] + stride[d] - 1) / stride[d];
        int missing = (windows - 1) * stride[d] + reach - in[d + 1];
        if (missing < -1) {
          throw node.refusal(
              "its steps pass over the edge of its input: runtimes disagree on that");
        }
        int total = Math.max(0, missing);
        padding[d] = shifted ? total - total / 2 : total / 2;
        padding[d + 2] = total - padding[d];
      }
      int room = in[d + 1] + padding[d] + padding[d + 2] - reach;
      out[d] = room / stride[d] + 1;
      if (up && room % stride[d] > 0) {
        // One more window for what is left over.
        if (out[d] * stride[d] >= in[d + 1] + padding[d]) {
          throw node.refusal("a window would begin behind the image: runtimes disagree on those");
        }
        if (node.integer("count_include_pad", 0) != 0) {
          throw node.refusal("a window reaches behind padding that counts: runtimes disagree");
        }
        out[d]++;
      }
      if (room < 0 || padding[d] < 0 || padding[d + 2] < 0) {
        throw node.refusal("its window is larger than its input, or its padding is negative");
      }
    }
    return new SlidingWindow(stride, dilation, padding, out[0], out[1]);
  }

  /**
   * How many rows (d = 0) or columns (d = 1) of a window count in a mean: those of the image, and
   * of its padding where that is counted.
   */
  int counted(int d, int place, int[] window, int[] in, boolean padding) {
    int first = padding ? -pads[d] : 0;
    int end = in[d + 1] + (padding ? pads[d + 2] : 0);
    int count = 0;
    for (int k = 0; k < window[d]; k++) {
      int at = place * stride[d] - pads[d] + k * dilation[d];
      count += at >= first && at < end ? 1 : 0;
    }
    return count;
  }
}
