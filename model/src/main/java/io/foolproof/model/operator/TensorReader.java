package io.foolproof.model.operator;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
    DType dtype = typeOf(tensor);
    requireSound(tensor);
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      long bytes = Math.multiplyExact(elements(tensor), (long) dtype.bytes());
      return raw(externalData.read(tensor, bytes), dtype, shape);
    }
    return tensor.hasRawData()
        ? raw(tensor.getRawData().asReadOnlyByteBuffer(), dtype, shape)
        : typed(tensor, dtype, shape);
  }

  /**
   * Makes all the checks of {@link #read(TensorProto, ExternalData)}, but those of data outside the
   * file and of types that the engine does not have, without making a tensor.
   */
  public static void requireSound(TensorProto tensor) {
    long elements = elements(tensor);
    if (tensor.hasSegment()) {
      throw refused(tensor, "is stored in segments, which is not supported");
    }
    if (isText(tensor) && tensor.getStringDataCount() != elements) {
      throw refused(
          tensor,
          "has %d texts, its sizes %s want %d"
              .formatted(tensor.getStringDataCount(), tensor.getDimsList(), elements));
    }
    if (tensor.getDataLocation() == DataLocation.EXTERNAL || !hasEngineType(tensor)) {
      return;
    }
    DType dtype = typeOf(tensor);
    double found = count(tensor, dtype);
    if (found != elements) {
      throw refused(
          tensor,
          "has data for %s elements, its sizes %s want %d"
              .formatted(
                  found == Math.rint(found) ? String.valueOf((long) found) : found,
                  tensor.getDimsList(),
                  elements));
    }
  }

  /** For how many elements there are data in the file itself. */
  private static double count(TensorProto tensor, DType dtype) {
    if (tensor.hasRawData()) {
      return tensor.getRawData().size() / (double) dtype.bytes();
    }
    return switch (dtype) {
      case FLOAT32 -> tensor.getFloatDataCount();
      case FLOAT64 -> tensor.getDoubleDataCount();
      case INT64 -> tensor.getInt64DataCount();
      case FLOAT16, UINT8, INT8, INT16, INT32, BOOL -> tensor.getInt32DataCount();
    };
  }

  /** Whether the values are texts, of which the engine has none. */
  public static boolean isText(TensorProto tensor) {
    return tensor.getDataType() == DataType.STRING_VALUE;
  }

  /** Other runtimes have types that the engine does not: 4 and 8-bit floating-point numbers. */
  private static boolean hasEngineType(TensorProto tensor) {
    try {
      typeOf(tensor);
      return true;
    } catch (InvalidInputException e) {
      return false;
    }
  }

  private static DType typeOf(TensorProto tensor) {
    return dtype(tensor.getDataType(), "tensor '" + tensor.getName() + "'");
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

  private static long elements(TensorProto tensor) {
    long elements = 1;
    for (long size : tensor.getDimsList()) {
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

  private static Tensor typed(TensorProto tensor, DType dtype, long[] shape) {
    int elements = Math.toIntExact(elements(tensor));
    return switch (dtype) {
      case FLOAT32 -> {
        float[] values = new float[elements];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getFloatData(i);
        }
        yield Tensor.of(values, shape);
      }
      case FLOAT64 -> {
        double[] values = new double[elements];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getDoubleData(i);
        }
        yield Tensor.of(values, shape);
      }
      case INT64 -> {
        long[] values = new long[elements];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getInt64Data(i);
        }
        yield Tensor.of(values, shape);
      }
      // All narrower types share one field, one number an element; 16-bit floats as their bits.
      case FLOAT16, UINT8, INT8, INT16, INT32, BOOL ->
          Tensor.of(narrow(tensor, dtype, elements), dtype, shape);
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

  private static InvalidInputException refused(TensorProto tensor, String why) {
    return new InvalidInputException("tensor '" + tensor.getName() + "' " + why);
  }
}
