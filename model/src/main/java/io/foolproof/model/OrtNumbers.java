package io.foolproof.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import io.foolproof.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Numbers of every type that a graph takes or gives, to and from ONNX Runtime. */
final class OrtNumbers {
  private OrtNumbers() {}

  /**
   * A tensor of one sample, repeated.
   *
   * @param values of the sample, whole where the type is
   * @param copies how often
   */
  static OnnxTensor tensor(
      OrtEnvironment environment, double[] values, int copies, DType type, long[] shape)
      throws OrtException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(copies * type.bytes(), values.length))
            .order(ByteOrder.nativeOrder());
    for (int copy = 0; copy < copies; copy++) {
      for (double value : values) {
        put(bytes, value, type);
      }
    }
    return OnnxTensor.createTensor(environment, bytes.flip(), shape, javaType(type));
  }

  private static void put(ByteBuffer bytes, double value, DType type) {
    switch (type) {
      case FLOAT16 -> bytes.putShort(Fp16Conversions.floatToFp16((float) value));
      case FLOAT32 -> bytes.putFloat((float) value);
      case FLOAT64 -> bytes.putDouble(value);
      case UINT8, INT8, BOOL -> bytes.put((byte) Math.round(value));
      case INT16 -> bytes.putShort((short) Math.round(value));
      case INT32 -> bytes.putInt((int) Math.round(value));
      case INT64 -> bytes.putLong(Math.round(value));
    }
  }

  /** ONNX Runtime's name for a type. */
  static OnnxJavaType javaType(DType type) {
    return switch (type) {
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
    };
  }

  /** The values of a result; null where it holds something else, such as text. */
  static float @Nullable [] values(OnnxTensor tensor) {
    ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
    int count = (int) tensor.getInfo().getNumElements();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      switch (tensor.getInfo().type) {
        case FLOAT -> values[i] = bytes.getFloat();
        case DOUBLE -> values[i] = (float) bytes.getDouble();
        case FLOAT16 -> values[i] = Fp16Conversions.fp16ToFloat(bytes.getShort());
        case UINT8 -> values[i] = Byte.toUnsignedInt(bytes.get());
        case INT8 -> values[i] = bytes.get();
        case INT16 -> values[i] = bytes.getShort();
        case INT32 -> values[i] = bytes.getInt();
        case INT64 -> values[i] = bytes.getLong();
        default -> {
          return null;
        }
      }
    }
    return values;
  }
}
