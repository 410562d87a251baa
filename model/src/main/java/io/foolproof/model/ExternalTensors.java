package io.foolproof.model;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.foolproof.model.operator.TensorReader;
import io.foolproof.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Initial values from files other than the model's own, as ONNX Runtime takes them, so that it does
 * not read these files itself, at another time. It copies them when a session is created.
 *
 * @param byName open until closed here
 */
record ExternalTensors(Map<String, OnnxTensorLike> byName) implements AutoCloseable {

  static ExternalTensors of(OrtEnvironment environment, Map<TensorProto, ByteBuffer> values)
      throws OrtException {
    ExternalTensors made = new ExternalTensors(new LinkedHashMap<>());
    try {
      for (Map.Entry<TensorProto, ByteBuffer> value : values.entrySet()) {
        TensorProto tensor = value.getKey();
        made.byName.put(tensor.getName(), tensor(environment, tensor, value.getValue()));
      }
      return made;
    } catch (OrtException e) {
      made.close();
      throw e;
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, TensorProto tensor, ByteBuffer data)
      throws OrtException {
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    ByteBuffer direct = ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder());
    direct.put(data).flip();
    return OnnxTensor.createTensor(environment, direct, shape, type(tensor));
  }

  private static OnnxJavaType type(TensorProto tensor) {
    DType type = TensorReader.dtype(tensor.getDataType(), "tensor '" + tensor.getName() + "'");
    return OrtNumbers.javaType(type);
  }

  @Override
  public void close() {
    byName.values().forEach(OnnxTensorLike::close);
  }
}
