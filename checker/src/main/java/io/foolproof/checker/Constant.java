package io.foolproof.checker;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A tensor of the file: weights, biases, shapes.
 *
 * @param shape its sizes
 * @param values in row-major order; exact, since every number of 32 bits is one of 64 bits
 */
record Constant(int[] shape, double[] values) {
  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int DOUBLE = 11;

  /** From a TensorProto. */
  static Constant read(Protobuf tensor) {
    String name = "tensor '" + tensor.text(8) + "'";
    if (tensor.integer(14, 0) != 0) {
      throw new UncheckableException(name + " lies in another file: write the model as one file");
    }
    int[] shape = Shapes.of(tensor.integers(1));
    int type = (int) tensor.integer(2, 0);
    double[] values = new double[Shapes.size(shape)];
    int count = 0;
    if (type == INT64 && tensor.all(9).isEmpty()) {
      values = Arrays.stream(tensor.integers(7)).asDoubleStream().toArray();
      count = values.length;
    } else if (type == FLOAT || type == DOUBLE || type == INT64) {
      int field = !tensor.all(9).isEmpty() ? 9 : type == FLOAT ? 4 : 10;
      for (Protobuf.Field piece : tensor.all(field)) {
        ByteBuffer content = piece.content();
        while (content.remaining() >= (type == FLOAT ? Float.BYTES : Double.BYTES)) {
          double value =
              type == FLOAT
                  ? content.getFloat()
                  : type == DOUBLE ? content.getDouble() : content.getLong();
          if (count < values.length) {
            values[count] = value;
          }
          count++;
        }
      }
    } else {
      throw new UncheckableException(name + " has the ONNX type " + type + ", which is not known");
    }
    if (count != Shapes.size(shape)) {
      throw new UncheckableException(name + " has too few values, or too many");
    }
    return new Constant(shape, values);
  }

  /** Whether no value is infinite or NaN. */
  boolean isFinite() {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  /** The shape of what this is combined with to fill a shape: of as many dimensions, or more. */
  int[] shapeOver(int[] other) {
    int[] all = new int[Math.max(shape.length, other.length)];
    Arrays.fill(all, 1);
    System.arraycopy(other, 0, all, all.length - other.length, other.length);
    return all;
  }

  /** The values repeated, by the rules of broadcasting, to fill a shape. */
  double[] broadcast(int[] to, String where) {
    if (Arrays.equals(shape, to)) {
      return values.clone();
    }
    double[] result = new double[Shapes.size(to)];
    int offset = to.length - shape.length;
    boolean repeats = Arrays.stream(shape, 0, Math.max(0, -offset)).allMatch(size -> size == 1);
    for (int i = 0; i < result.length; i++) {
      int index = 0;
      int rest = i;
      int stride = 1;
      for (int d = to.length - 1; d >= Math.max(0, offset); d--) {
        int size = shape[d - offset];
        if (!repeats || (size != 1 && size != to[d])) {
          throw new UncheckableException(
              where + ": a constant does not fit the values that it is combined with");
        }
        index += stride * (size == 1 ? 0 : rest % to[d]);
        stride *= size;
        rest /= to[d];
      }
      result[i] = values[index];
    }
    return result;
  }
}
