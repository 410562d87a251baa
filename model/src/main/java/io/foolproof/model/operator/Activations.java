package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Activation functions. */
final class Activations {
  /** Parameters of the self-normalising unit: Klambauer et al., 2017, arXiv 1706.02515. */
  private static final double SELU_ALPHA = 1.6732631921768188;

  private static final double SELU_GAMMA = 1.0507010221481323;

  private Activations() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put("Relu", plain(Tensor::relu));
    operators.put("Sigmoid", plain(Tensor::sigmoid));
    operators.put("Tanh", plain(Tensor::tanh));
    operators.put("Softplus", plain(Activations::softplus));
    operators.put("Softsign", plain(x -> x.div(x.abs().add(1))));
    operators.put("Mish", plain(x -> x.mul(softplus(x).tanh())));
    operators.put("HardSwish", plain(x -> x.mul(hardSigmoid(x, 1.0 / 6, 0.5))));
    operators.put("LeakyRelu", withAlpha(0.01, Activations::leakyRelu));
    operators.put("Elu", withAlpha(1, (x, alpha) -> exponential(x, x, alpha)));
    operators.put("Celu", withAlpha(1, (x, alpha) -> exponential(x, x.div(alpha), alpha)));
    operators.put("ThresholdedRelu", withAlpha(1, (x, a) -> zeroUnless(x.gt(a), x)));
    operators.put("Swish", withAlpha(1, (x, alpha) -> x.mul(x.mul(alpha).sigmoid())));
    operators.put("Selu", Activations::selu);
    operators.put("HardSigmoid", Activations::hardSigmoid);
    operators.put("Gelu", Activations::gelu);
    operators.put("PRelu", Arithmetic.binary(Activations::parametricRelu));
    operators.put("Softmax", (node, opset) -> alongAxis(node, opset, Nn::softmax));
    operators.put("LogSoftmax", (node, opset) -> alongAxis(node, opset, Nn::logSoftmax));
    return operators;
  }

  private static Operator.Factory plain(Function<Tensor, Tensor> function) {
    return Operator.Factory.of(Operator.unary(function));
  }

  private interface Scaled {
    Tensor apply(Tensor x, double alpha);
  }

  private static Operator.Factory withAlpha(double otherwise, Scaled function) {
    return (node, opset) -> {
      node.attributes().allowOnly(Set.of("alpha"));
      double alpha = node.attributes().number("alpha", otherwise);
      return Operator.unary(x -> function.apply(x, alpha));
    };
  }

  private static Tensor zeroUnless(Tensor condition, Tensor x) {
    return Tensor.where(condition, x, Tensor.scalar(0, x.dtype()));
  }

  /** log(1 + e^x), without overflow. */
  private static Tensor softplus(Tensor x) {
    return x.relu().add(x.abs().neg().exp().add(1).log());
  }

  private static Tensor leakyRelu(Tensor x, double slope) {
    return Nn.leakyRelu(x, slope);
  }

  private static Tensor parametricRelu(Tensor x, Tensor slope) {
    return Tensor.where(x.lt(0), x.mul(slope), x);
  }

  /** x above 0, alpha (e^exponent - 1) below; the exponent is kept from overflowing above. */
  private static Tensor exponential(Tensor x, Tensor exponent, double alpha) {
    Tensor below = exponent.sub(exponent.relu()).exp().sub(1).mul(alpha);
    return Tensor.where(x.gt(0), x, below);
  }

  private static Operator selu(Node node, int opset) {
    node.attributes().allowOnly(Set.of("alpha", "gamma"));
    double alpha = node.attributes().number("alpha", SELU_ALPHA);
    double gamma = node.attributes().number("gamma", SELU_GAMMA);
    return Operator.unary(x -> exponential(x, x, alpha).mul(gamma));
  }

  private static Operator hardSigmoid(Node node, int opset) {
    node.attributes().allowOnly(Set.of("alpha", "beta"));
    double alpha = node.attributes().number("alpha", 0.2);
    double beta = node.attributes().number("beta", 0.5);
    return Operator.unary(x -> hardSigmoid(x, alpha, beta));
  }

  static Tensor hardSigmoid(Tensor x, double alpha, double beta) {
    return x.mul(alpha).add(beta).clamp(0, 1);
  }

  /** Hendrycks and Gimpel, 2016, arXiv 1606.08415. */
  private static Operator gelu(Node node, int opset) {
    node.attributes().allowOnly(Set.of("approximate"));
    String approximate = node.attributes().text("approximate", "none");
    return switch (approximate) {
      case "none" -> Operator.unary(Activations::gelu);
      case "tanh" -> Operator.unary(Activations::geluByTanh);
      default -> throw new InvalidInputException("attribute approximate is '" + approximate + "'");
    };
  }

  static Tensor gelu(Tensor x) {
    return x.mul(x.div(Math.sqrt(2)).erf().add(1)).mul(0.5);
  }

  static Tensor geluByTanh(Tensor x) {
    Tensor inner = x.mul(x).mul(0.044715).add(1).mul(x).mul(Math.sqrt(2 / Math.PI));
    return x.mul(inner.tanh().add(1)).mul(0.5);
  }

  private interface Along {
    Tensor apply(Tensor x, int dim);
  }

  /** Before operator set 13 all dimensions from the axis on count as one. */
  private static Operator alongAxis(Node node, int opset, Along function) {
    node.attributes().allowOnly(Set.of("axis"));
    long axis = node.attributes().integer("axis", opset < 13 ? 1 : -1);
    return Operator.unary(
        x -> {
          int dim = Axes.of(axis, x.rank());
          if (opset >= 13 || dim == x.rank() - 1) {
            return function.apply(x, dim);
          }
          long[] outer = Arrays.copyOf(x.shape(), dim + 1);
          outer[dim] = -1;
          return function.apply(x.reshape(outer), dim).reshape(x.shape());
        });
  }
}
