package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Operators that draw their results: RandomNormal, RandomUniform, both like another tensor, and
 * Bernoulli. They draw anew at every call, as other runtimes do, whatever their attribute seed
 * says: a model that has one is a randomised model, and is judged as one.
 */
final class Chance {
  private static final int FLOAT = 1;

  private Chance() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "RandomNormal", (node, opset) -> shaped(node, normal(node, "shape")),
        "RandomNormalLike", (node, opset) -> like(node, normal(node)),
        "RandomUniform", (node, opset) -> shaped(node, uniform(node, "shape")),
        "RandomUniformLike", (node, opset) -> like(node, uniform(node)),
        "Bernoulli", Chance::bernoulli);
  }

  private static Function<long[], Tensor> normal(Node node, String... more) {
    allowOnly(node, Set.of("mean", "scale"), more);
    double mean = node.attributes().number("mean", 0);
    double scale = node.attributes().number("scale", 1);
    return shape -> {
      float[] values = new float[elements(shape)];
      stream().fillGaussian(values, 0, values.length);
      return Tensor.of(values, shape).mul(scale).add(mean);
    };
  }

  private static Function<long[], Tensor> uniform(Node node, String... more) {
    allowOnly(node, Set.of("low", "high"), more);
    float low = (float) node.attributes().number("low", 0);
    float high = (float) node.attributes().number("high", 1);
    return shape -> {
      float[] values = new float[elements(shape)];
      stream().fillUniform(values, 0, values.length, low, high);
      return Tensor.of(values, shape);
    };
  }

  private static void allowOnly(Node node, Set<String> own, String... more) {
    Set<String> all = new HashSet<>(Set.of("dtype", "seed"));
    all.addAll(own);
    all.addAll(Set.of(more));
    node.attributes().allowOnly(all);
  }

  private static int elements(long[] shape) {
    SizeLimits.checkResult(shape);
    long elements = 1;
    for (long size : shape) {
      elements = SizeLimits.saturatedProduct(elements, size);
    }
    return Math.toIntExact(elements);
  }

  /** Random numbers of this call alone. */
  private static RandomStream stream() {
    ThreadLocalRandom chance = ThreadLocalRandom.current();
    return new RandomStream(chance.nextLong(), chance.nextLong(), "operator", 0);
  }

  private static Operator shaped(Node node, Function<long[], Tensor> draw) {
    long[] shape = node.attributes().integers("shape");
    if (shape == null) {
      throw new InvalidInputException("attribute shape is missing");
    }
    DType type = type(node, null);
    return inputs -> List.of(draw.apply(shape).to(type));
  }

  private static Operator like(Node node, Function<long[], Tensor> draw) {
    return Operator.unary(x -> draw.apply(x.shape()).to(type(node, x)));
  }

  private static Operator bernoulli(Node node, int opset) {
    node.attributes().allowOnly(Set.of("dtype", "seed"));
    return Operator.unary(
        x -> {
          float[] values = new float[elements(x.shape())];
          stream().fillUniform(values, 0, values.length, 0, 1);
          return Tensor.of(values, x.shape()).to(x.dtype()).lt(x).to(type(node, x));
        });
  }

  /** The type that a node asks for; without a wish, that of another tensor. */
  private static DType type(Node node, @Nullable Tensor like) {
    if (like != null && !node.attributes().has("dtype")) {
      return like.dtype();
    }
    return TensorReader.dtype((int) node.attributes().integer("dtype", FLOAT), "the result");
  }
}
