package io.foolproof.certify.net;

import io.foolproof.tensor.Nn;
import java.util.Arrays;
import java.util.Optional;

/** Where values come from in operators that only move them. */
final class Moves {
  private Moves() {}

  /**
   * What is at p of dimension d of the result was at {@code start[d] + step[d] p} of dimension
   * {@code order[d]}.
   *
   * @param shape of the result
   */
  record Move(long[] shape, long[] order, long[] start, long[] step) {
    /** In the order of dimensions, all of it. */
    static Move whole(long[] shape) {
      long[] order = new long[shape.length];
      Arrays.setAll(order, d -> d);
      long[] step = new long[shape.length];
      Arrays.fill(step, 1);
      return new Move(shape.clone(), order, new long[shape.length], step);
    }

    /** By value of the result, which one of the input it is; their number where it is none. */
    int[] sources(long[] in) {
      int count = (int) Arrays.stream(in).reduce(1, Math::multiplyExact);
      int[] sources = new int[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
      // Strides of the input, by dimension of the result.
      long[] stride = new long[shape.length];
      for (int d = 0; d < shape.length; d++) {
        stride[d] = 1;
        for (int e = (int) order[d] + 1; e < in.length; e++) {
          stride[d] *= in[e];
        }
      }
      for (int i = 0; i < sources.length; i++) {
        long rest = i;
        long source = 0;
        for (int d = shape.length - 1; d >= 0; d--) {
          long at = start[d] + step[d] * (rest % shape[d]);
          rest /= shape[d];
          boolean inside = at >= 0 && at < in[(int) order[d]] && source < count;
          source = inside ? source + stride[d] * at : count;
        }
        sources[i] = (int) source;
      }
      return sources;
    }
  }

  /** The same values, negative. */
  static LinearMap negative(int size) {
    int[] same = new int[size];
    Arrays.setAll(same, i -> i);
    return LinearMap.Moved.of(size, same, -1);
  }

  static Move transposition(long[] in, long[] order) {
    long[] shape = Arrays.stream(order).map(d -> in[(int) d]).toArray();
    Move whole = Move.whole(shape);
    return new Move(shape, order, whole.start, whole.step);
  }

  /**
   * With values around it, or without some.
   *
   * @param pads how many, before each dimension and then behind each
   */
  static Move padding(long[] in, long[] pads) {
    Move move = Move.whole(in);
    for (int d = 0; d < in.length; d++) {
      move.start[d] = -pads[d];
      move.shape[d] += pads[d] + pads[d + in.length];
    }
    return move;
  }

  /** From starts to ends of some axes, where negative numbers count from the end. */
  static Move part(long[] in, long[] starts, long[] ends, long[] axes, long[] steps) {
    Move move = Move.whole(in);
    for (int i = 0; i < axes.length; i++) {
      int d = (int) (axes[i] < 0 ? axes[i] + in.length : axes[i]);
      long start = clamped(starts[i], in[d]);
      long end = Math.max(start, clamped(ends[i], in[d]));
      move.start[d] = start;
      move.step[d] = steps[i];
      move.shape[d] = (end - start + steps[i] - 1) / steps[i];
    }
    return move;
  }

  private static long clamped(long at, long size) {
    return Math.max(0, Math.min(size, at < 0 ? at + size : at));
  }

  /** A part that begins somewhere along an axis of a larger tensor. */
  static Move within(long[] whole, int axis, long before) {
    Move move = Move.whole(whole);
    move.start[axis] = -before;
    return move;
  }

  /**
   * For each place of a window, the values that are there, for all places of an image that the
   * window has; some other place of the window stands for padding, which is never the largest.
   *
   * @param in batch, channels, rows and columns of the image
   * @return empty where a window is all padding
   */
  static Optional<int[][]> windows(
      long[] in, long[] kernel, Nn.Window window, long rows, long columns) {
    int[][] places = new int[(int) (kernel[0] * kernel[1])][];
    for (int k = 0; k < places.length; k++) {
      Move move = Move.whole(new long[] {1, in[1], rows, columns});
      move.start[2] = k / kernel[1] * window.dilation()[0] - window.padding()[0];
      move.start[3] = k % kernel[1] * window.dilation()[1] - window.padding()[1];
      move.step[2] = window.stride()[0];
      move.step[3] = window.stride()[1];
      places[k] = move.sources(in);
    }
    int none = (int) (in[1] * in[2] * in[3]);
    for (int i = 0; i < places[0].length; i++) {
      int known = none;
      for (int[] place : places) {
        known = place[i] < none ? place[i] : known;
      }
      if (known == none) {
        return Optional.empty();
      }
      for (int[] place : places) {
        place[i] = place[i] < none ? place[i] : known;
      }
    }
    return Optional.of(places);
  }
}
