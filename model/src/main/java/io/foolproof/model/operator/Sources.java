package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tensors that come from attributes, shapes and numbers: Constant, ConstantOfShape, Range. */
final class Sources {
  /** They are made in several types, one after another. */
  private static final long MOST_OF_A_RANGE = 1L << 24;

  private Sources() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "Constant", Sources::constant,
        "ConstantOfShape", Sources::constantOfShape,
        "Range", Operator.Factory.of(Operator.single(Sources::range)));
  }

  private static Operator constant(Node node, int opset) {
    Tensor value = Scope.outlive(value(node.attributes()));
    return inputs -> List.of(value);
  }

  private static Tensor value(Attributes attributes) {
    attributes.allowOnly(Set.of("value", "value_float", "value_floats", "value_int", "value_ints"));
    Tensor tensor = attributes.tensor("value");
    if (tensor != null) {
      return tensor;
    }
    float[] floats = attributes.numbers("value_floats");
    if (floats != null) {
      return Tensor.of(floats, floats.length);
    }
    long[] integers = attributes.integers("value_ints");
    if (integers != null) {
      return Tensor.of(integers, integers.length);
    }
    if (attributes.has("value_float")) {
      return Tensor.scalar(attributes.number("value_float", 0), DType.FLOAT32);
    }
    return Tensor.of(new long[] {attributes.integer("value_int")});
  }

  private static Operator constantOfShape(Node node, int opset) {
    node.attributes().allowOnly(Set.of("value"));
    Tensor given = node.attributes().tensor("value");
    Tensor value = Scope.outlive(given == null ? Tensor.scalar(0, DType.FLOAT32) : given);
    if (value.elements() != 1) {
      throw new InvalidInputException("attribute value should be one number, found " + value);
    }
    return Operator.single(
        inputs -> {
          long[] shape = inputs.integers(0);
          SizeLimits.checkResult(shape);
          return value.reshape().expand(shape);
        });
  }

  private static Tensor range(Inputs inputs) {
    double start = inputs.number(0);
    double step = inputs.number(2);
    double count = Math.ceil((inputs.number(1) - start) / step);
    if (!(Math.abs(count) <= MOST_OF_A_RANGE)) {
      throw new UnsafeModelException(
          "a range from %s to %s by %s; up to 2^24 numbers are supported"
              .formatted(start, inputs.number(1), step));
    }
    DType dtype = inputs.get(0).dtype();
    Tensor steps = Tensor.arange((long) Math.max(0, count)).to(DType.FLOAT64);
    return steps.mul(step).add(start).to(dtype);
  }
}
