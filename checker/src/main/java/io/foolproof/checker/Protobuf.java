package io.foolproof.checker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message in the wire format of protocol buffers: its fields, in order, by their numbers. */
record Protobuf(List<Field> fields) {

  /**
   * A field.
   *
   * @param number of the field in its message
   * @param value of a field of fixed size, or a varint
   * @param bytes of a field that has a length; null of others
   */
  record Field(int number, long value, @Nullable ByteBuffer bytes) {
    ByteBuffer content() {
      if (bytes == null) {
        throw new UncheckableException("field " + number + " has no content");
      }
      return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    String text() {
      return StandardCharsets.UTF_8.decode(content()).toString();
    }

    Protobuf message() {
      return Protobuf.read(content());
    }
  }

  /** Reads all that is left in a buffer. */
  static Protobuf read(ByteBuffer buffer) {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (buffer.hasRemaining()) {
      long key = varint(buffer);
      int number = (int) (key >>> 3);
      fields.add(
          switch ((int) (key & 7)) {
            case 0 -> new Field(number, varint(buffer), null);
            case 1 -> new Field(number, require(buffer, Long.BYTES).getLong(), null);
            case 2 -> new Field(number, 0, piece(buffer));
            case 5 -> new Field(number, require(buffer, Integer.BYTES).getInt(), null);
            default -> throw new UncheckableException("no ONNX file: unknown wire type");
          });
    }
    return new Protobuf(fields);
  }

  private static ByteBuffer require(ByteBuffer buffer, long bytes) {
    if (bytes < 0 || buffer.remaining() < bytes) {
      throw new UncheckableException("the ONNX file ends early");
    }
    return buffer;
  }

  private static ByteBuffer piece(ByteBuffer buffer) {
    int length = (int) Math.min(Integer.MAX_VALUE, varint(buffer));
    require(buffer, length);
    ByteBuffer piece = buffer.slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    return piece;
  }

  static long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = require(buffer, 1).get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new UncheckableException("no ONNX file: a number is too long");
  }

  /** The fields of this number, in order. */
  List<Field> all(int number) {
    return fields.stream().filter(field -> field.number == number).toList();
  }

  /** The text in the last field of this number; empty where there is none. */
  String text(int number) {
    List<Field> found = all(number);
    return found.isEmpty() ? "" : found.get(found.size() - 1).text();
  }

  /** The number in the last field of this number; another where there is none. */
  long integer(int number, long otherwise) {
    List<Field> found = all(number);
    return found.isEmpty() ? otherwise : found.get(found.size() - 1).value;
  }

  /** Repeated integers, packed or not. */
  long[] integers(int number) {
    List<Long> values = new ArrayList<>();
    for (Field field : all(number)) {
      if (field.bytes == null) {
        values.add(field.value);
        continue;
      }
      for (ByteBuffer packed = field.content(); packed.hasRemaining(); ) {
        values.add(varint(packed));
      }
    }
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
