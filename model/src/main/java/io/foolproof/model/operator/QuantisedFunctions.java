package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Sums, products, pools and activations of quantised numbers, which ONNX Runtime's quantiser puts
 * into files under its own domain. Each rounds in the order in which ONNX Runtime does.
 */
final class QuantisedFunctions {
  private static final String MICROSOFT = "com.microsoft.";

  private QuantisedFunctions() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put(MICROSOFT + "QLinearAdd", binary(QuantisedFunctions::sum));
    operators.put(MICROSOFT + "QLinearMul", binary(QuantisedFunctions::product));
    operators.put(MICROSOFT + "QLinearConcat", QuantisedFunctions::concat);
    operators.put(MICROSOFT + "QLinearGlobalAveragePool", QuantisedFunctions::globalAverage);
    operators.put(MICROSOFT + "QLinearSigmoid", Operator.Factory.of(unary(Tensor::sigmoid)));
    operators.put(MICROSOFT + "QLinearLeakyRelu", QuantisedFunctions::leakyRelu);
    return operators;
  }

  /** Integers of 8 bits: with the type that they have in ONNX, exactly. */
  private static Tensor floats(Tensor integers) {
    return integers.dtype().isFloating() ? integers : integers.to(DType.FLOAT32);
  }

  private interface Binary {
    Tensor apply(Tensor a, Quantiser ofA, Tensor b, Quantiser ofB, Quantiser result);
  }

  /** Inputs: two tensors, each with scale and zero point; scale and zero point of the result. */
  private static Operator.Factory binary(Binary function) {
    return Operator.Factory.of(
        Carrying.single(
            inputs -> {
              Tensor a = floats(inputs.get(0));
              Tensor b = floats(inputs.get(3));
              SizeLimits.checkBroadcast(a, b);
              return function.apply(
                  a,
                  Quantiser.ofTensor(inputs, 1, 2),
                  b,
                  Quantiser.ofTensor(inputs, 4, 5),
                  Quantiser.ofTensor(inputs, 6, 7));
            },
            inputs -> inputs.type(0)));
  }

  private static Tensor sum(Tensor a, Quantiser ofA, Tensor b, Quantiser ofB, Quantiser result) {
    Tensor left = ofA.scale().div(result.scale());
    Tensor right = ofB.scale().div(result.scale());
    Tensor fixed = result.zero().sub(left.mul(ofA.zero()).add(right.mul(ofB.zero())));
    return result.roundedWithZero(fused(a, left, fused(b, right, fixed)));
  }

  /** a b + c, rounded once, as processors do it that ONNX Runtime has instructions for. */
  private static Tensor fused(Tensor a, Tensor b, Tensor c) {
    Tensor exact = a.to(DType.FLOAT64).mul(b.to(DType.FLOAT64)).add(c.to(DType.FLOAT64));
    return exact.to(c.dtype());
  }

  private static Tensor product(
      Tensor a, Quantiser ofA, Tensor b, Quantiser ofB, Quantiser result) {
    Tensor factor = ofA.scale().mul(ofB.scale()).div(result.scale());
    Tensor exact = ofA.centred(a).mul(ofB.centred(b));
    return result.roundedWithZero(exact.mul(factor).add(result.zero()));
  }

  /** Inputs: scale and zero point of the result, then each tensor with its own. */
  private static Operator concat(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis"));
    long axis = node.attributes().integer("axis");
    return Carrying.single(
        inputs -> {
          Quantiser result = Quantiser.ofTensor(inputs, 0, 1);
          List<Tensor> parts = new ArrayList<>();
          for (int i = 2; i + 2 < inputs.count(); i += 3) {
            Quantiser own = Quantiser.ofTensor(inputs, i + 1, i + 2);
            Tensor real = own.centred(floats(inputs.get(i))).mul(own.scale());
            parts.add(result.quantised(real));
          }
          if (parts.isEmpty()) {
            throw new InvalidInputException("there is nothing to join");
          }
          int dim = Axes.of(axis, parts.get(0).rank());
          return Tensor.concat(parts, dim);
        },
        inputs -> inputs.type(1));
  }

  private static Operator globalAverage(Node node, int opset) {
    node.attributes().allowOnly(Set.of("channels_last"));
    boolean channelsLast = node.attributes().flag("channels_last", false);
    return Carrying.single(
        inputs -> {
          Tensor x = floats(inputs.get(0));
          if (x.rank() < 3) {
            throw new InvalidInputException("images [N, C, sizes...] are wanted, found " + x);
          }
          int first = channelsLast ? 1 : 2;
          long[] axes = Axes.from(first, first + x.rank() - 2);
          long count =
              Arrays.stream(axes).map(axis -> x.size((int) axis)).reduce(1, (p, q) -> p * q);
          Quantiser own = Quantiser.ofTensor(inputs, 1, 2);
          Quantiser result = Quantiser.ofTensor(inputs, 3, 4);
          Tensor exact = own.centred(x).sum(true, axes);
          return result.rounded(exact.mul(own.scale().div(result.scale().mul((double) count))));
        },
        inputs -> inputs.type(0));
  }

  /** Inputs: a tensor with scale and zero point; scale and zero point of the result. */
  private static Operator unary(UnaryOperator<Tensor> function) {
    return Carrying.single(
        inputs -> {
          Quantiser own = Quantiser.ofTensor(inputs, 1, 2);
          Quantiser result = Quantiser.ofTensor(inputs, 3, 4);
          Tensor real = own.centred(floats(inputs.get(0))).mul(own.scale());
          return result.quantised(function.apply(real));
        },
        inputs -> inputs.type(0));
  }

  private static Operator leakyRelu(Node node, int opset) {
    node.attributes().allowOnly(Set.of("alpha"));
    double slope = node.attributes().number("alpha", 0.01);
    return unary(x -> Nn.leakyRelu(x, slope));
  }
}
