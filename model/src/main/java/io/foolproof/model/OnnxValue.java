package io.foolproof.model;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An input or output of an ONNX graph, as the file declares it.
 *
 * @param onnxType the number of the element type in the ONNX format; 0 where it is no tensor
 * @param shape null where the file leaves it open
 */
public record OnnxValue(String name, int onnxType, @Nullable List<Size> shape) {

  /**
   * The size of a dimension.
   *
   * @param value negative where the size is not fixed
   * @param symbol what the file calls a size that is not fixed; may be empty
   */
  public record Size(long value, String symbol) {
    /** Whether the file says the size. */
    public boolean isFixed() {
      return value >= 0;
    }

    @Override
    public String toString() {
      return isFixed() ? String.valueOf(value) : symbol.isEmpty() ? "?" : symbol;
    }
  }

  /** Copies the shape. */
  public OnnxValue {
    shape = shape == null ? null : List.copyOf(shape);
  }

  static OnnxValue of(ValueInfoProto info) {
    if (!info.getType().hasTensorType()) {
      return new OnnxValue(info.getName(), 0, null);
    }
    TypeProto.Tensor tensor = info.getType().getTensorType();
    List<Size> shape =
        tensor.hasShape()
            ? tensor.getShape().getDimList().stream().map(OnnxValue::size).toList()
            : null;
    return new OnnxValue(info.getName(), tensor.getElemType(), shape);
  }

  private static Size size(Dimension dimension) {
    return dimension.hasDimValue() && dimension.getDimValue() >= 0
        ? new Size(dimension.getDimValue(), "")
        : new Size(-1, dimension.getDimParam());
  }

  @Override
  public String toString() {
    TensorProto.DataType type = TensorProto.DataType.forNumber(onnxType);
    String typeName = type == null || onnxType == 0 ? "unknown type" : type.name();
    String sizes =
        shape == null
            ? "unknown shape"
            : shape.stream().map(Size::toString).collect(Collectors.joining(", ", "[", "]"));
    return "'" + name + "' " + typeName + " " + sizes;
  }
}
