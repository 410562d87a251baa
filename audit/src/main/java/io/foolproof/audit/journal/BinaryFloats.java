package io.foolproof.audit.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Images in a line: base64 of little-endian 32-bit floats, which is shorter than decimals and keeps
 * every bit.
 */
final class BinaryFloats {
  private BinaryFloats() {}

  static JacksonModule module() {
    return new SimpleModule("binary floats")
        .addSerializer(float[].class, new Writer())
        .addDeserializer(float[].class, new Reader());
  }

  private static final class Writer extends StdSerializer<float[]> {
    Writer() {
      super(float[].class);
    }

    @Override
    public void serialize(float[] values, JsonGenerator out, SerializationContext context) {
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      out.writeBinary(bytes.array());
    }
  }

  private static final class Reader extends StdDeserializer<float[]> {
    Reader() {
      super(float[].class);
    }

    @Override
    public float[] deserialize(JsonParser in, DeserializationContext context) {
      byte[] bytes = in.getBinaryValue();
      if (bytes.length % Float.BYTES != 0) {
        context.reportInputMismatch(
            this, "%d bytes are no whole number of 32-bit floats", bytes.length);
      }
      float[] values = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }
}
