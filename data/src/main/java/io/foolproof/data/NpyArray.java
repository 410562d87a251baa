package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * A NumPy array: a type, a shape, and the values in C order (the last index runs fastest).
 *
 * <p>Immutable: arrays handed in or out are copied.
 */
public final class NpyArray {
  private final Type type;
  private final int[] shape;

  /** The values, little endian. */
  private final byte[] bytes;

  /** A view of the bytes. */
  private final ByteBuffer values;

  /** The types that are read and written. */
  public enum Type {
    UINT8("|u1", 1),
    BOOL("|b1", 1),
    INT32("<i4", 4),
    INT64("<i8", 8),
    FLOAT32("<f4", 4),
    FLOAT64("<f8", 8);

    private final String descr;
    private final int bytes;

    Type(String descr, int bytes) {
      this.descr = descr;
      this.bytes = bytes;
    }

    /** How an NPY header spells the type. */
    String descr() {
      return descr;
    }

    /** Bytes of one value. */
    int bytes() {
      return bytes;
    }

    /** Whether the values are fractions, not whole numbers. */
    boolean real() {
      return this == FLOAT32 || this == FLOAT64;
    }

    static Optional<Type> of(String descr) {
      return Arrays.stream(values()).filter(type -> type.descr.equals(descr)).findFirst();
    }
  }

  /** Takes the bytes, in C order and little endian, as its own. */
  NpyArray(Type type, int[] shape, byte[] bytes) {
    this.type = type;
    this.shape = shape.clone();
    this.bytes = bytes;
    this.values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long expected = 1;
    for (int size : shape) {
      // Stops growing beyond what any array has, before it could overflow.
      expected = size < 0 || expected > Integer.MAX_VALUE ? Long.MAX_VALUE : expected * size;
    }
    if (expected != bytes.length / type.bytes()) {
      throw new InvalidInputException(
          "an array of shape %s cannot have %,d values"
              .formatted(Arrays.toString(shape), bytes.length / type.bytes()));
    }
  }

  /** An array of unsigned bytes. */
  public static NpyArray ofBytes(byte[] values, int... shape) {
    return new NpyArray(Type.UINT8, shape, values.clone());
  }

  /** An array of 32-bit integers. */
  public static NpyArray ofInts(int[] values, int... shape) {
    byte[] bytes = room(values.length, Type.INT32);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return new NpyArray(Type.INT32, shape, bytes);
  }

  /** An array of 64-bit integers. */
  public static NpyArray ofLongs(long[] values, int... shape) {
    byte[] bytes = room(values.length, Type.INT64);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return new NpyArray(Type.INT64, shape, bytes);
  }

  /** An array of 32-bit fractions. */
  public static NpyArray ofFloats(float[] values, int... shape) {
    byte[] bytes = room(values.length, Type.FLOAT32);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return new NpyArray(Type.FLOAT32, shape, bytes);
  }

  /** An array of 64-bit fractions. */
  public static NpyArray ofDoubles(double[] values, int... shape) {
    byte[] bytes = room(values.length, Type.FLOAT64);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
    return new NpyArray(Type.FLOAT64, shape, bytes);
  }

  /** The type of the values. */
  public Type type() {
    return type;
  }

  /** The size of each dimension; none for a single value. */
  public int[] shape() {
    return shape.clone();
  }

  /** How many values there are. */
  public int size() {
    return bytes.length / type.bytes();
  }

  /** Value {@code k} in C order; exact but for 64-bit integers beyond 2^53. */
  public double real(int k) {
    return switch (type) {
      case FLOAT32 -> values.getFloat(k * Float.BYTES);
      case FLOAT64 -> values.getDouble(k * Double.BYTES);
      case UINT8, BOOL, INT32, INT64 -> integer(k);
    };
  }

  /**
   * Value {@code k} in C order; false is 0, true is 1.
   *
   * @throws IllegalStateException if the values are fractions
   */
  public long integer(int k) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedInt(values.get(k));
      case BOOL -> values.get(k) == 0 ? 0 : 1;
      case INT32 -> values.getInt(k * Integer.BYTES);
      case INT64 -> values.getLong(k * Long.BYTES);
      case FLOAT32, FLOAT64 -> throw new IllegalStateException(type + " values are no integers");
    };
  }

  /** The values as they are kept: C order, little endian; not to be written to. */
  byte[] bytes() {
    return bytes;
  }

  private static byte[] room(int count, Type type) {
    return new byte[Math.multiplyExact(count, type.bytes())];
  }
}
