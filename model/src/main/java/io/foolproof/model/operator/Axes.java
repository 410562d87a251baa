package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;

/** Dimensions by number, where negative numbers count from the end. */
final class Axes {
  private Axes() {}

  /** A dimension of a tensor, counted from the front. */
  static int of(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new InvalidInputException("axis %d of a tensor of rank %d".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Dimensions of a tensor, counted from the front, each at most once. */
  static long[] of(long[] axes, int rank) {
    long[] result = new long[axes.length];
    boolean[] seen = new boolean[rank];
    for (int i = 0; i < axes.length; i++) {
      int axis = of(axes[i], rank);
      if (seen[axis]) {
        throw new InvalidInputException("axis " + axis + " occurs twice");
      }
      seen[axis] = true;
      result[i] = axis;
    }
    return result;
  }

  /** All dimensions from one on. */
  static long[] from(int first, int rank) {
    long[] axes = new long[rank - first];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = (long) first + i;
    }
    return axes;
  }
}
