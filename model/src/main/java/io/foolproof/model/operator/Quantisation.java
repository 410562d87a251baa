package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From real numbers to integers and back: QuantizeLinear, DequantizeLinear and their kin. */
final class Quantisation {
  private static final int UNDEFINED = 0;

  private Quantisation() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    for (String domain : List.of("", "com.microsoft.")) {
      operators.put(domain + "QuantizeLinear", Quantisation::quantise);
      operators.put(domain + "DequantizeLinear", Quantisation::dequantise);
    }
    operators.put(
        "DynamicQuantizeLinear",
        Operator.Factory.of(Carrying.of(Quantisation::dynamic, inputs -> DType.UINT8)));
    return operators;
  }

  private static Operator quantise(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("axis", "saturate", "block_size", "output_dtype", "precision"));
    requireDefault(attributes, "precision");
    long axis = attributes.integer("axis", 1);
    long block = attributes.integer("block_size", 0);
    DType asked = outputType(attributes);
    return Carrying.single(
        inputs -> {
          Tensor x = inputs.get(0);
          if (!x.dtype().isFloating()) {
            throw new InvalidInputException("floating-point numbers are wanted, found " + x);
          }
          Tensor wide = x.dtype() == DType.FLOAT16 ? x.to(DType.FLOAT32) : x;
          return quantiser(inputs, x, axis, block, resultType(inputs, asked)).quantised(wide);
        },
        inputs -> resultType(inputs, asked));
  }

  private static void requireDefault(Attributes attributes, String name) {
    if (attributes.integer(name, 0) != 0) {
      throw new InvalidInputException(
          "attribute %s = %d is not supported".formatted(name, attributes.integer(name)));
    }
  }

  private static @Nullable DType outputType(Attributes attributes) {
    int type = (int) attributes.integer("output_dtype", UNDEFINED);
    return type == UNDEFINED ? null : TensorReader.dtype(type, "the result");
  }

  private static DType resultType(Inputs inputs, @Nullable DType asked) {
    if (inputs.has(2)) {
      DType type = inputs.type(2);
      if (asked != null && asked != type) {
        throw new InvalidInputException(
            "attribute output_dtype is %s, the zero point is %s".formatted(asked, type));
      }
      return Quantiser.requireQuantised(type);
    }
    return asked == null ? DType.UINT8 : Quantiser.requireQuantised(asked);
  }

  /** One scale; or one for each place along an axis; or one for each block along it. */
  private static Quantiser quantiser(Inputs inputs, Tensor x, long axis, long block, DType type) {
    Tensor scale = spread(inputs.get(1), x, axis, block);
    Tensor zero = inputs.has(2) ? spread(inputs.get(2), x, axis, block) : null;
    if (zero != null && inputs.get(2).elements() != inputs.get(1).elements()) {
      throw new InvalidInputException(
          "scale %s and zero point %s differ in number".formatted(inputs.get(1), inputs.get(2)));
    }
    return new Quantiser(scale, zero, type);
  }

  private static Tensor spread(Tensor values, Tensor x, long axis, long block) {
    if (block == 0 && values.elements() == 1 && values.rank() <= 1) {
      return values.reshape();
    }
    int dim = Axes.of(axis, x.rank());
    if (block > 0 && values.rank() == x.rank()) {
      long[] expected = x.shape();
      expected[dim] = (x.size(dim) + block - 1) / block;
      if (Arrays.equals(values.shape(), expected)) {
        long[] owner = new long[Math.toIntExact(x.size(dim))];
        Arrays.setAll(owner, i -> i / block);
        return values.indexSelect(dim, Tensor.of(owner, owner.length));
      }
    }
    if (block == 0 && values.rank() == 1 && values.elements() == x.size(dim)) {
      long[] shape = new long[x.rank()];
      Arrays.fill(shape, 1);
      shape[dim] = values.elements();
      return values.reshape(shape);
    }
    throw new InvalidInputException(
        "scales or zero points %s do not fit %s along axis %d in blocks of %d"
            .formatted(values, x, dim, block));
  }

  private static Operator dequantise(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("axis", "block_size", "output_dtype"));
    long axis = attributes.integer("axis", 1);
    long block = attributes.integer("block_size", 0);
    DType asked = outputType(attributes);
    return Carrying.single(
        inputs -> {
          Tensor x = inputs.get(0);
          DType type = inputs.type(0);
          if (type.isFloating() || type == DType.BOOL || type == DType.INT64) {
            throw new InvalidInputException("integers of up to 32 bits are wanted, found " + x);
          }
          Quantiser quantiser = quantiser(inputs, x, axis, block, type);
          // Integers of 32 bits are exact in 64-bit floating-point numbers only.
          Tensor centred = quantiser.centred(type == DType.INT32 ? x.to(DType.FLOAT64) : x);
          Tensor scale = quantiser.scale();
          DType result = asked == null ? scale.dtype() : asked;
          DType wide = scale.dtype() == DType.FLOAT16 ? DType.FLOAT32 : scale.dtype();
          return centred.to(wide).mul(scale.to(wide)).to(result);
        },
        inputs -> null);
  }

  /**
   * Scale and zero point from the smallest and largest value of the whole tensor, 0 included, which
   * gradients take for constants.
   */
  private static List<Tensor> dynamic(Inputs inputs) {
    Tensor x = inputs.get(0);
    Tensor values = x.detach().reshape(x.elements());
    Tensor nothing = Tensor.scalar(0, x.dtype());
    Tensor lowest = values.min(false, 0).minimum(nothing);
    Tensor highest = values.max(false, 0).maximum(nothing);
    Tensor range = highest.sub(lowest).div(255);
    Tensor scale = Tensor.where(highest.eq(lowest), Tensor.scalar(1, x.dtype()), range);
    Tensor zero = nothing.sub(lowest.div(scale)).clamp(0, 255).round().to(DType.UINT8);
    return List.of(new Quantiser(scale, zero, DType.UINT8).quantised(x), scale, zero);
  }
}
