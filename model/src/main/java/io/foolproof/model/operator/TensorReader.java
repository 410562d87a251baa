package io.foolproof.model.operator;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the tensors of ONNX files, in every encoding of the types that the engine has. Nothing is
 * allocated before the sizes were held against the bytes that are there.
 */
public final class TensorReader {
  private TensorReader() {}

  /** Where the bytes of a tensor are found that are not in the model's own file. */
  @FunctionalInterface
  public interface ExternalData {
    /** Exactly this many bytes of the tensor, or an exception that says why not. */
    ByteBuffer read(TensorProto tensor, long bytes);
  }

  /** A tensor that holds its own data. */
  public static Tensor read(TensorProto tensor) {
    return read(
        tensor,
        (external, bytes) -> {
          throw new InvalidInputException(
              "tensor '" + external.getName() + "' keeps its data outside the file");
        });
  }

  /**
   * A tensor of a file.
   *
   * @throws InvalidInputException when its sizes are impossible, its type is unknown to the engine,
   *     or its data are not as many as its sizes say
   */
  public static Tensor read(TensorProto tensor, ExternalData externalData) {
    DType dtype = dtype(tensor.getDataType(), "tensor '" + tensor.getName() + "'");
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    long elements = elements(tensor, shape);
    if (tensor.hasSegment()) {
      throw refused(tensor, "is stored in segments, which is not supported");
    }
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      long bytes = Math.multiplyExact(elements, (long) dtype.bytes());
      return raw(externalData.read(tensor, bytes), dtype, shape);
    }
    if (tensor.hasRawData()) {
      long found = tensor.getRawData().size();
      require(tensor, shape, elements, found / (double) dtype.bytes());
      return raw(tensor.getRawData().asReadOnlyByteBuffer(), dtype, shape);
    }
    return typed(tensor, dtype, shape, elements);
  }

  /** A truth value of a file may be any byte; one of the engine's is 0 or 1. */
  private static Tensor raw(ByteBuffer bytes, DType dtype, long[] shape) {
    return dtype == DType.BOOL
        ? Tensor.of(bytes, DType.UINT8, shape).to(DType.BOOL)
        : Tensor.of(bytes, dtype, shape);
  }

  /** The engine's type for one of ONNX's. */
  public static DType dtype(int onnxType, String what) {
    DataType type = DataType.forNumber(onnxType);
    if (type == null) {
      throw new InvalidInputException(what + " has the unknown type " + onnxType);
    }
    return switch (type) {
      case FLOAT -> DType.FLOAT32;
      case DOUBLE -> DType.FLOAT64;
      case FLOAT16 -> DType.FLOAT16;
      case UINT8 -> DType.UINT8;
      case INT8 -> DType.INT8;
      case INT16 -> DType.INT16;
      case INT32 -> DType.INT32;
      case INT64 -> DType.INT64;
      case BOOL -> DType.BOOL;
      default -> throw new InvalidInputException(what + " has the unsupported type " + type);
    };
  }

  private static long elements(TensorProto tensor, long[] shape) {
    long elements = 1;
    for (long size : shape) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw refused(tensor, "has the impossible sizes " + tensor.getDimsList());
      }
      // At most 2^31 times 2^31: no overflow before the check.
      elements *= size;
      if (elements > Integer.MAX_VALUE) {
        throw refused(
            tensor, "has the sizes " + tensor.getDimsList() + ", more than 2^31 - 1 elements");
      }
    }
    return elements;
  }

  private static Tensor typed(TensorProto tensor, DType dtype, long[] shape, long elements) {
    return switch (dtype) {
      case FLOAT32 -> {
        require(tensor, shape, elements, tensor.getFloatDataCount());
        float[] values = new float[(int) elements];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getFloatData(i);
        }
        yield Tensor.of(values, shape);
      }
      case FLOAT64 -> {
        require(tensor, shape, elements, tensor.getDoubleDataCount());
        double[] values = new double[(int) elements];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getDoubleData(i);
        }
        yield Tensor.of(values, shape);
      }
      case INT64 -> {
        require(tensor, shape, elements, tensor.getInt64DataCount());
        long[] values = new long[(int) elements];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getInt64Data(i);
        }
        yield Tensor.of(values, shape);
      }
      // All narrower types share one field, one number an element; 16-bit floats as their bits.
      case FLOAT16, UINT8, INT8, INT16, INT32, BOOL -> {
        require(tensor, shape, elements, tensor.getInt32DataCount());
        yield Tensor.of(narrow(tensor, dtype, (int) elements), dtype, shape);
      }
    };
  }

  private static ByteBuffer narrow(TensorProto tensor, DType dtype, int elements) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(elements, dtype.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      int value = tensor.getInt32Data(i);
      switch (dtype.bytes()) {
        case 1 -> bytes.put((byte) (dtype == DType.BOOL && value != 0 ? 1 : value));
        case 2 -> bytes.putShort((short) value);
        default -> bytes.putInt(value);
      }
    }
    return bytes.flip();
  }

  private static void require(TensorProto tensor, long[] shape, long elements, double found) {
    if (found != elements) {
      throw refused(
          tensor,
          "has data for %s elements, its sizes %s want %d"
              .formatted(
                  found == Math.rint(found) ? String.valueOf((long) found) : found,
                  Arrays.toString(shape),
                  elements));
    }
  }

  private static InvalidInputException refused(TensorProto tensor, String why) {
    return new InvalidInputException("tensor '" + tensor.getName() + "' " + why);
  }
}
