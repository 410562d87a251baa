package io.foolproof.checker;

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
