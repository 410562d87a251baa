package io.foolproof.checker;

import java.util.stream.IntStream;

/** Shapes of tensors. */
final class Shapes {
  private static final long MOST = 1L << 27;

  private Shapes() {}

  static int[] of(long[] sizes) {
    int[] shape = new int[sizes.length];
    for (int i = 0; i < shape.length; i++) {
      if (sizes[i] < 0 || sizes[i] > MOST) {
        throw new UncheckableException("a size of " + sizes[i] + " is out of range");
      }
      shape[i] = (int) sizes[i];
    }
    return shape;
  }

  /**
   * Where the values of a tensor come from that has those of another, moved: what is at p of
   * dimension d was at start + step p of dimension order[d]. Negative where that is outside.
   */
  static int[] places(int[] in, int[] out, int[] order, int[] start, int[] step) {
    int[] places = new int[size(out)];
    int[] at = new int[in.length];
    for (int i = 0; i < places.length; i++) {
      int rest = i;
      for (int d = out.length - 1; d >= 0; d--) {
        at[order[d]] = start[d] + step[d] * (rest % out[d]);
        rest /= out[d];
      }
      for (int d = 0; d < in.length && places[i] >= 0; d++) {
        places[i] = at[d] < 0 || at[d] >= in[d] ? -1 : places[i] * in[d] + at[d];
      }
    }
    return places;
  }

  /** 0, 1, 2 and so on. */
  static int[] inOrder(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** How many values there are. */
  static int size(int[] shape) {
    long size = 1;
    for (int side : shape) {
      size *= side;
      if (size > MOST) {
        throw new UncheckableException("a tensor of " + size + " values is too large");
      }
    }
    return (int) size;
  }
}
