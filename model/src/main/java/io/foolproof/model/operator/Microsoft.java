package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Operators that ONNX Runtime's optimiser puts in place of several of ONNX's own; those on
 * quantised numbers are with their families.
 */
final class Microsoft {
  private static final String DOMAIN = "com.microsoft.";

  private Microsoft() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put(DOMAIN + "Gelu", Operator.Factory.of(Operator.unary(Activations::gelu)));
    operators.put(DOMAIN + "QuickGelu", Microsoft::quickGelu);
    operators.put(
        DOMAIN + "FastGelu",
        Operator.Factory.of(Operator.single(inputs -> Activations.geluByTanh(withBias(inputs)))));
    operators.put(
        DOMAIN + "BiasGelu",
        Operator.Factory.of(Operator.single(inputs -> Activations.gelu(withBias(inputs)))));
    operators.put(DOMAIN + "FusedMatMul", Microsoft::fusedMatMul);
    operators.put(DOMAIN + "FusedConv", Microsoft::fusedConv);
    operators.put(DOMAIN + "FusedGemm", Microsoft::fusedGemm);
    operators.put(
        DOMAIN + "SkipLayerNormalization", (node, opset) -> skipNormalisation(node, true));
    operators.put(
        DOMAIN + "SkipSimplifiedLayerNormalization",
        (node, opset) -> skipNormalisation(node, false));
    return operators;
  }

  private static Tensor withBias(Inputs inputs) {
    if (!inputs.has(1)) {
      return inputs.get(0);
    }
    SizeLimits.checkBroadcast(inputs.get(0), inputs.get(1));
    return inputs.get(0).add(inputs.get(1));
  }

  private static Operator quickGelu(Node node, int opset) {
    node.attributes().allowOnly(Set.of("alpha"));
    double alpha = node.attributes().number("alpha", 1.702);
    return Operator.unary(x -> x.mul(x.mul(alpha).sigmoid()));
  }

  private static Operator fusedMatMul(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("alpha", "transA", "transB", "transBatchA", "transBatchB"));
    if (attributes.flag("transBatchA", false) || attributes.flag("transBatchB", false)) {
      throw new InvalidInputException("attributes transBatchA and transBatchB are not supported");
    }
    double alpha = attributes.number("alpha", 1);
    boolean transposeA = attributes.flag("transA", false);
    boolean transposeB = attributes.flag("transB", false);
    return Operator.single(
        inputs -> {
          Tensor product =
              Matrix.product(
                  transposed(inputs.get(0), transposeA), transposed(inputs.get(1), transposeB));
          return alpha == 1 ? product : product.mul(alpha);
        });
  }

  private static Tensor transposed(Tensor x, boolean asked) {
    return asked && x.rank() > 1 ? x.transpose(-2, -1) : x;
  }

  /** A convolution, to which a fourth input may be added, and an activation. */
  private static Operator fusedConv(Node node, int opset) {
    Convolution.Settings settings = Convolution.settings(node, "activation", "activation_params");
    float[] given = node.attributes().numbers("activation_params");
    UnaryOperator<Tensor> activation =
        activation(node.attributes().text("activation", ""), given == null ? new float[0] : given);
    return Operator.single(
        inputs -> {
          Tensor result =
              Convolution.conv(inputs.get(0), inputs.get(1), inputs.optional(2), settings);
          if (inputs.has(3)) {
            SizeLimits.checkBroadcast(result, inputs.get(3));
            result = result.add(inputs.get(3));
          }
          return activation.apply(result);
        });
  }

  private static UnaryOperator<Tensor> activation(String name, float[] parameters) {
    int wanted =
        switch (name) {
          case "LeakyRelu" -> 1;
          case "Clip", "HardSigmoid" -> 2;
          default -> 0;
        };
    if (parameters.length < wanted) {
      throw new InvalidInputException(
          "the activation %s wants %d parameters, found %d"
              .formatted(name, wanted, parameters.length));
    }
    return switch (name) {
      case "" -> x -> x;
      case "Relu" -> Tensor::relu;
      case "Sigmoid" -> Tensor::sigmoid;
      case "Tanh" -> Tensor::tanh;
      case "LeakyRelu" -> x -> Nn.leakyRelu(x, parameters[0]);
      case "Clip" -> x -> x.clamp(parameters[0], parameters[1]);
      case "HardSigmoid" -> x -> Activations.hardSigmoid(x, parameters[0], parameters[1]);
      default -> throw new InvalidInputException("attribute activation is '" + name + "'");
    };
  }

  private static Operator fusedGemm(Node node, int opset) {
    Attributes attributes = node.attributes();
    Operator gemm =
        Matrix.gemm(node, "activation", "activation_alpha", "activation_beta", "activation_gamma");
    String name = attributes.text("activation", "");
    // Only LeakyRelu, whose slope has no other meaning, is written with parameters.
    float[] parameters = {(float) attributes.number("activation_alpha", 0.01)};
    UnaryOperator<Tensor> activation = activation(name, parameters);
    return inputs -> List.of(activation.apply(gemm.apply(inputs).get(0)));
  }

  /** Layer normalisation, or that without a mean, of a sum, which is the fourth output. */
  private static Operator skipNormalisation(Node node, boolean centre) {
    node.attributes().allowOnly(Set.of("epsilon"));
    double epsilon = node.attributes().number("epsilon", 1e-12);
    int bias = centre ? 4 : 3;
    return inputs -> {
      SizeLimits.checkBroadcast(inputs.get(0), inputs.get(1));
      Tensor sum = inputs.get(0).add(inputs.get(1));
      if (inputs.has(bias)) {
        SizeLimits.checkBroadcast(sum, inputs.get(bias));
        sum = sum.add(inputs.get(bias));
      }
      long[] last = {sum.rank() - 1L};
      Tensor mean = sum.mean(true, last);
      Tensor centred = centre ? sum.sub(mean) : sum;
      Tensor inverse = centred.mul(centred).mean(true, last).add(epsilon).sqrt().pow(-1);
      Tensor result = centred.mul(inverse).mul(inputs.get(2));
      if (centre && inputs.has(3)) {
        result = result.add(inputs.get(3));
      }
      return List.of(result, mean, inverse, sum);
    };
  }
}
