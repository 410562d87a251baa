package io.foolproof.checker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of the file: weights, biases, shapes.
 *
 * @param shape its sizes
 * @param values in row-major order; exact, since every number of 32 bits is one of 64 bits
 */
record Constant(int[] shape, double[] values) {
  private static final int FLOAT = 1;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int DOUBLE = 11;

  /** From a TensorProto. */
  static Constant read(Protobuf tensor) {
    String name = tensor.text(8);
    if (tensor.integer(14, 0) != 0 || !tensor.all(13).isEmpty()) {
      throw new UncheckableException(
          "tensor '" + name + "' lies in another file: write the model as one file");
    }
    int[] shape = Shapes.of(tensor.integers(1));
    int type = (int) tensor.integer(2, 0);
    double[] values = values(tensor, type, name);
    if (values.length != Shapes.size(shape)) {
      throw new UncheckableException(
          "tensor '%s' should have %d values, found %d"
              .formatted(name, Shapes.size(shape), values.length));
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new UncheckableException("tensor '" + name + "' has values that are not finite");
      }
    }
    return new Constant(shape, values);
  }

  private static double[] values(Protobuf tensor, int type, String name) {
    List<Protobuf.Field> raw = tensor.all(9);
    if (raw.isEmpty()) {
      return switch (type) {
        case FLOAT -> numbers(tensor.all(4), FLOAT);
        case DOUBLE -> numbers(tensor.all(10), DOUBLE);
        case INT32 -> doubles(tensor.integers(5));
        case INT64 -> doubles(tensor.integers(7));
        default -> throw unknown(type, name);
      };
    }
    if (type != FLOAT && type != DOUBLE && type != INT32 && type != INT64) {
      throw unknown(type, name);
    }
    return numbers(raw, type);
  }

  private static UncheckableException unknown(int type, String name) {
    return new UncheckableException(
        "tensor '" + name + "' is of ONNX type " + type + "; 32-bit and 64-bit numbers are known");
  }

  private static double[] doubles(long[] integers) {
    double[] values = new double[integers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = integers[i];
    }
    return values;
  }

  private static double[] numbers(List<Protobuf.Field> fields, int type) {
    int bytes = type == FLOAT || type == INT32 ? 4 : 8;
    List<double[]> parts = new ArrayList<>();
    int total = 0;
    for (Protobuf.Field field : fields) {
      ByteBuffer content = field.bytes() == null ? fixed(field.value(), bytes) : field.content();
      double[] part = new double[content.remaining() / bytes];
      for (int i = 0; i < part.length; i++) {
        part[i] =
            switch (type) {
              case FLOAT -> content.getFloat();
              case DOUBLE -> content.getDouble();
              case INT32 -> content.getInt();
              default -> content.getLong();
            };
      }
      parts.add(part);
      total += part.length;
    }
    double[] values = new double[total];
    int at = 0;
    for (double[] part : parts) {
      System.arraycopy(part, 0, values, at, part.length);
      at += part.length;
    }
    return values;
  }

  private static ByteBuffer fixed(long value, int bytes) {
    return ByteBuffer.allocate(Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, value)
        .limit(bytes);
  }

  /** The values as sizes. */
  int[] integers() {
    int[] integers = new int[values.length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (int) values[i];
    }
    return integers;
  }

  /** The values repeated, by the rules of broadcasting, to fill a shape. */
  double[] broadcast(int[] to, String where) {
    double[] result = new double[Shapes.size(to)];
    int offset = to.length - shape.length;
    if (offset < 0 && Shapes.size(shape) == result.length) {
      return values.clone();
    }
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
