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
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int DOUBLE = 11;

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
    if (count != Shapes.size(shape) || !Arrays.stream(values).allMatch(Double::isFinite)) {
      throw new UncheckableException(name + " has too few values, too many, or some not finite");
    }
    return new Constant(shape, values);
  }

  /** The values repeated, by the rules of broadcasting, to fill a shape. */
  double[] broadcast(int[] to, String where) {
    double[] result = new double[Shapes.size(to)];
    if (values.length == result.length) {
      return values.clone();
    }
    int offset = to.length - shape.length;
    for (int i = 0; i < result.length; i++) {
      int index = 0;
      int rest = i;
      int stride = 1;
      for (int d = to.length - 1; d >= Math.max(0, offset); d--) {
        int size = shape[d - offset];
        if (offset < 0 || (size != 1 && size != to[d])) {
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
