package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How integers stand for real numbers: real = scale (integer - zero point).
 *
 * <p>Values are those of ONNX Runtime, in the same order of the same roundings. Gradients pass as
 * through real arithmetic, and are zero where a value saturates: Bengio, Léonard, Courville, 2013,
 * arXiv 1308.3432; Jacob et al., 2018, arXiv 1712.05877, section 3.
 *
 * @param scale floating-point numbers that broadcast to the values
 * @param zeroPoint null for 0
 */
record Quantiser(Tensor scale, @Nullable Tensor zeroPoint, DType type) {

  /** One scale and one zero point for a whole tensor, at these positions of a node's inputs. */
  static Quantiser ofTensor(Inputs inputs, int scale, int zeroPoint) {
    return new Quantiser(
        single(inputs.get(scale)),
        inputs.has(zeroPoint) ? single(inputs.get(zeroPoint)) : null,
        inputs.has(zeroPoint) ? inputs.type(zeroPoint) : DType.UINT8);
  }

  private static Tensor single(Tensor value) {
    if (value.elements() != 1) {
      throw new InvalidInputException("one scale or zero point is wanted, found " + value);
    }
    return value.reshape();
  }

  /** One number, or as many as there are along a dimension, so that they broadcast to a rank. */
  static Tensor along(Tensor values, int dim, int rank) {
    if (values.elements() == 1) {
      return values.reshape();
    }
    if (values.rank() != 1) {
      throw new InvalidInputException("a list of scales or zero points is wanted, found " + values);
    }
    if (dim < 0 || dim >= rank) {
      throw new InvalidInputException(
          "a list of %d scales or zero points is given for a value of %d dimensions: it needs %d"
              .formatted(values.elements(), rank, dim < 0 ? rank - dim : dim + 1));
    }
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[dim] = values.elements();
    return values.reshape(shape);
  }

  /** Whether the integers of a type can be scaled. */
  static DType requireQuantised(DType type) {
    return switch (type) {
      case UINT8, INT8, INT16 -> type;
      default ->
          throw new InvalidInputException(
              "quantised numbers of type " + type + " are not supported; UINT8, INT8, INT16 are");
    };
  }

  /** The zero point as a floating-point number. */
  Tensor zero() {
    return zeroPoint == null ? Tensor.scalar(0, scale.dtype()) : zeroPoint.to(scale.dtype());
  }

  /** The integers less the zero point, exactly, as floating-point numbers. */
  Tensor centred(Tensor integers) {
    Tensor exact = integers.dtype().isFloating() ? integers : integers.to(DType.FLOAT32);
    return zeroPoint == null ? exact : exact.sub(zeroPoint.to(exact.dtype()));
  }

  /** The integers for real numbers. */
  Tensor quantised(Tensor real) {
    SizeLimits.checkBroadcast(real, scale);
    return rounded(real.div(scale.to(real.dtype())));
  }

  /** The integers for real numbers that were divided by the scale, rounded half to even. */
  Tensor rounded(Tensor scaled) {
    Tensor nearest = scaled.detach().round();
    return saturated(
        scaled, zeroPoint == null ? nearest : nearest.add(zeroPoint.to(scaled.dtype())));
  }

  /** As {@link #rounded}, where the zero point is part of the numbers already. */
  Tensor roundedWithZero(Tensor shifted) {
    return saturated(shifted, shifted.detach().round());
  }

  private Tensor saturated(Tensor smooth, Tensor nearest) {
    Tensor value = nearest.clamp(lowest(type), highest(type));
    if (!smooth.isDifferentiable()) {
      return value;
    }
    Tensor inside = Tensor.where(value.eq(nearest), smooth, Tensor.scalar(0, smooth.dtype()));
    // The difference is zero to the last bit, so that the value is.
    return value.add(inside.sub(inside.detach()));
  }

  private static double lowest(DType type) {
    return switch (requireQuantised(type)) {
      case INT8 -> Byte.MIN_VALUE;
      case INT16 -> Short.MIN_VALUE;
      default -> 0;
    };
  }

  private static double highest(DType type) {
    return switch (requireQuantised(type)) {
      case INT8 -> Byte.MAX_VALUE;
      case INT16 -> Short.MAX_VALUE;
      default -> 255;
    };
  }
}
