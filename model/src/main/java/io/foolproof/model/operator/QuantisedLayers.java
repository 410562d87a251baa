package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions and matrix products of integers, and those that quantise their results.
 *
 * <p>Sums of products are made in 64-bit floating-point numbers, where integers are exact up to
 * 2^53, far beyond the 32 bits of the accumulators that the operators are specified with.
 */
final class QuantisedLayers {
  private static final String MICROSOFT = "com.microsoft.";

  private QuantisedLayers() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("ConvInteger", QuantisedLayers::convInteger);
    operators.put("QLinearConv", QuantisedLayers::qLinearConv);
    operators.put(
        "MatMulInteger",
        Operator.Factory.of(
            Carrying.single(QuantisedLayers::matMulInteger, inputs -> DType.INT32)));
    operators.put(
        "QLinearMatMul",
        Operator.Factory.of(
            Carrying.single(QuantisedLayers::qLinearMatMul, inputs -> inputs.type(7))));
    operators.put(MICROSOFT + "QGemm", QuantisedLayers::qGemm);
    operators.put(
        MICROSOFT + "MatMulIntegerToFloat",
        Operator.Factory.of(Carrying.single(QuantisedLayers::toFloat, inputs -> null)));
    return operators;
  }

  private static Tensor exact(Tensor integers, @Nullable Tensor zeroPoint) {
    Tensor wide = integers.to(DType.FLOAT64);
    return zeroPoint == null
        ? wide
        : Arithmetic.apply(Tensor::sub, wide, zeroPoint.to(DType.FLOAT64));
  }

  // ---- Convolutions

  private static Operator convInteger(Node node, int opset) {
    Convolution.Settings settings = Convolution.settings(node);
    return Carrying.single(
        inputs -> {
          Tensor x = exact(inputs.get(0), zero(inputs, 2));
          Tensor zeros = inputs.has(3) ? perChannel(inputs.get(3), x.rank()) : null;
          return Convolution.conv(x, exact(inputs.get(1), zeros), null, settings);
        },
        inputs -> DType.INT32);
  }

  private static @Nullable Tensor zero(Inputs inputs, int index) {
    if (!inputs.has(index)) {
      return null;
    }
    Tensor zero = inputs.get(index);
    if (zero.elements() != 1) {
      throw new InvalidInputException("one zero point is wanted, found " + zero);
    }
    return zero.reshape();
  }

  /** One number, or one for each output channel, for weights [outputs, ...]. */
  private static Tensor perChannel(Tensor values, int rank) {
    return Quantiser.along(values, 0, rank);
  }

  private static Operator qLinearConv(Node node, int opset) {
    Convolution.Settings settings = Convolution.settings(node);
    return Carrying.single(
        inputs -> {
          Tensor weight = inputs.get(3);
          int rank = weight.rank();
          Tensor x = exact(inputs.get(0), zero(inputs, 2));
          Tensor w = exact(weight, perChannel(inputs.get(5), rank));
          Tensor bias = inputs.has(8) ? inputs.get(8).to(DType.FLOAT64) : null;
          Tensor sums = Convolution.conv(x, w, bias, settings);
          Quantiser result = Quantiser.ofTensor(inputs, 6, 7);
          Tensor weightScale = Quantiser.along(inputs.get(4), 1, rank);
          Tensor factor = factor(inputs.get(1), weightScale, result.scale());
          return result.rounded(scaled(sums, factor));
        },
        inputs -> inputs.type(7));
  }

  private static Tensor scaled(Tensor sums, Tensor factor) {
    return Arithmetic.apply(Tensor::mul, sums.to(factor.dtype()), factor);
  }

  /** What a sum of products is multiplied by: in this order, as ONNX Runtime rounds. */
  private static Tensor factor(Tensor left, Tensor right, @Nullable Tensor result) {
    if (left.elements() != 1) {
      throw new InvalidInputException("one scale is wanted, found " + left);
    }
    Tensor product = wide(left.reshape()).mul(wide(right));
    return result == null ? product : product.div(wide(result));
  }

  private static Tensor wide(Tensor scale) {
    return scale.dtype() == DType.FLOAT16 ? scale.to(DType.FLOAT32) : scale;
  }

  // ---- Matrix products

  private static Tensor matMulInteger(Inputs inputs) {
    Tensor a = inputs.get(0);
    return Matrix.product(
        exact(a, perRow(inputs.optional(2), a.rank())),
        exact(inputs.get(1), perColumn(inputs.optional(3), inputs.get(1).rank())));
  }

  private static @Nullable Tensor perRow(@Nullable Tensor values, int rank) {
    if (values == null || values.elements() == 1) {
      return values == null ? null : values.reshape();
    }
    return values.rank() == 1 ? Quantiser.along(values, rank - 2, rank) : values;
  }

  private static @Nullable Tensor perColumn(@Nullable Tensor values, int rank) {
    if (values == null || values.elements() == 1) {
      return values == null ? null : values.reshape();
    }
    return values.rank() == 1 ? Quantiser.along(values, rank - 1, rank) : values;
  }

  private static Tensor qLinearMatMul(Inputs inputs) {
    Tensor b = inputs.get(3);
    Tensor sums =
        Matrix.product(
            exact(inputs.get(0), zero(inputs, 2)),
            exact(b, perColumn(inputs.optional(5), b.rank())));
    Quantiser result = Quantiser.ofTensor(inputs, 6, 7);
    Tensor right = perColumn(inputs.get(4), b.rank());
    Tensor factor = factor(inputs.get(1), right == null ? inputs.get(4) : right, result.scale());
    return result.rounded(scaled(sums, factor));
  }

  /** The product of integers as real numbers, with a bias. */
  private static Tensor toFloat(Inputs inputs) {
    Tensor b = inputs.get(1);
    Tensor sums =
        Matrix.product(
            exact(inputs.get(0), zero(inputs, 4)),
            exact(b, perColumn(inputs.optional(5), b.rank())));
    Tensor right = perColumn(inputs.get(3), b.rank());
    Tensor factor = factor(inputs.get(2), right == null ? inputs.get(3) : right, null);
    Tensor real = scaled(sums, factor);
    return inputs.has(6) ? Arithmetic.apply(Tensor::add, real, inputs.get(6)) : real;
  }

  private static Operator qGemm(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("alpha", "transA", "transB"));
    double alpha = attributes.number("alpha", 1);
    boolean transposeA = attributes.flag("transA", false);
    boolean transposeB = attributes.flag("transB", false);
    return Carrying.single(
        inputs -> {
          Tensor a = exact(Matrix.matrix(inputs.get(0), transposeA), zero(inputs, 2));
          Tensor zeros = perColumn(inputs.optional(5), 2);
          Tensor b = exact(Matrix.matrix(inputs.get(3), transposeB), zeros);
          Tensor sums = Matrix.product(a, b);
          if (inputs.has(6)) {
            sums = Arithmetic.apply(Tensor::add, sums, inputs.get(6).to(DType.FLOAT64));
          }
          Tensor factor = inputs.get(1).reshape().mul(alpha).mul(inputs.get(4));
          if (!inputs.has(7)) {
            return scaled(sums, factor);
          }
          Quantiser result = Quantiser.ofTensor(inputs, 7, 8);
          return result.rounded(scaled(sums, factor.div(result.scale())));
        },
        inputs -> inputs.has(7) ? inputs.type(8) : null);
  }
}
