package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Operators that draw their results: RandomNormal, RandomUniform, both like another tensor,
 * Bernoulli, Multinomial, and Dropout in training mode. A model that has one is a randomised model,
 * and is judged as one.
 */
final class Chance {
  private static final int FLOAT = 1;
  private static final int INT32 = 6;

  /** The dropout ratio where a node names none. */
  private static final double HALF = 0.5;

  private Chance() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "RandomNormal", (node, opset) -> shaped(node, normal(node, "shape")),
        "RandomNormalLike", (node, opset) -> like(node, normal(node)),
        "RandomUniform", (node, opset) -> shaped(node, uniform(node, "shape")),
        "RandomUniformLike", (node, opset) -> like(node, uniform(node)),
        "Bernoulli", Chance::bernoulli,
        "Multinomial", Chance::multinomial,
        "Dropout", Chance::dropout);
  }

  /** Draws a tensor of some shape. */
  @FunctionalInterface
  private interface Draw {
    Tensor of(long[] shape, List<RandomStream> rows);
  }

  /** Fills a range of an array with random numbers. */
  @FunctionalInterface
  private interface Fill {
    void fill(RandomStream stream, float[] values, int from, int to);
  }

  private static Draw normal(Node node, String... more) {
    allowOnly(node, Set.of("mean", "scale"), more);
    double mean = node.attributes().number("mean", 0);
    double scale = node.attributes().number("scale", 1);
    return (shape, rows) -> drawn(shape, rows, RandomStream::fillGaussian).mul(scale).add(mean);
  }

  private static Draw uniform(Node node, String... more) {
    allowOnly(node, Set.of("low", "high"), more);
    float low = (float) node.attributes().number("low", 0);
    float high = (float) node.attributes().number("high", 1);
    return (shape, rows) -> uniform(shape, rows, low, high);
  }

  private static Tensor uniform(long[] shape, List<RandomStream> rows, float low, float high) {
    return drawn(
        shape, rows, (stream, values, from, to) -> stream.fillUniform(values, from, to, low, high));
  }

  private static Tensor drawn(long[] shape, List<RandomStream> rows, Fill fill) {
    float[] values = new float[elements(shape)];
    boolean split = shape.length > 0 && shape[0] % rows.size() == 0;
    int parts = split ? rows.size() : 1;
    int part = values.length / parts;
    for (int row = 0; row < parts; row++) {
      fill.fill(rows.get(row), values, row * part, (row + 1) * part);
    }
    return Tensor.of(values, shape);
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

  private static Operator shaped(Node node, Draw draw) {
    long[] shape = node.attributes().integers("shape");
    if (shape == null) {
      throw new InvalidInputException("attribute shape is missing");
    }
    DType type = type(node, null, FLOAT);
    return Drawing.single((inputs, rows) -> draw.of(shape, rows).to(type));
  }

  private static Operator like(Node node, Draw draw) {
    return Drawing.single(
        (inputs, rows) -> {
          Tensor x = inputs.get(0);
          return draw.of(x.shape(), rows).to(type(node, x, FLOAT));
        });
  }

  private static Operator bernoulli(Node node, int opset) {
    node.attributes().allowOnly(Set.of("dtype", "seed"));
    return Drawing.single(
        (inputs, rows) -> {
          Tensor x = inputs.get(0);
          Tensor drawn = uniform(x.shape(), rows, 0, 1).to(x.dtype());
          return drawn.lt(x).to(type(node, x, FLOAT));
        });
  }

  /**
   * Classes drawn with the probabilities whose logarithms, up to a constant, are given. By the
   * largest of logits plus Gumbel noise: Maddison, Tarlow, Minka: A* sampling, 2014, arXiv
   * 1411.0030, section 2.
   */
  private static Operator multinomial(Node node, int opset) {
    node.attributes().allowOnly(Set.of("dtype", "sample_size", "seed"));
    int samples = Math.toIntExact(node.attributes().integer("sample_size", 1));
    DType type = type(node, null, INT32);
    return Drawing.single(
        (inputs, rows) -> {
          Tensor logits = inputs.get(0);
          if (logits.rank() != 2) {
            throw new InvalidInputException(
                "logarithms of probabilities [N, classes] are wanted, found " + logits);
          }
          long[] shape = {logits.size(0), samples, logits.size(1)};
          Tensor even = uniform(shape, rows, Float.MIN_NORMAL, 1).to(logits.dtype());
          Tensor gumbel = even.log().neg().log().neg();
          return logits.unsqueeze(1).add(gumbel).argmax(2).to(type);
        });
  }

  /** Changes nothing unless it may be in training mode. */
  private static Operator dropout(Node node, int opset) {
    node.attributes().allowOnly(Set.of("ratio", "seed"));
    boolean hasMode = node.inputs().size() > 2 && !node.inputs().get(2).isEmpty();
    return hasMode ? new Dropout(node.wants(1)) : inputs -> kept(inputs.get(0), node.wants(1));
  }

  private static List<Tensor> kept(Tensor x, boolean wantsMask) {
    return wantsMask ? List.of(x, Tensor.ones(DType.BOOL, x.shape())) : List.of(x);
  }

  /**
   * Dropout whose third input says whether it is in training mode. Where it is, each value is zero
   * with the probability that is the second input, and divided by the rest to 1 otherwise.
   *
   * @param wantsMask whether the second output, which values were kept, is wanted
   */
  private record Dropout(boolean wantsMask) implements Drawing {
    @Override
    public boolean draws(IntFunction<@Nullable Tensor> known) {
      Tensor training = known.apply(2);
      Tensor ratio = known.apply(1);
      return mayBeOther(training) && mayBeOther(ratio);
    }

    /** Whether it is not known to be 0; one that is no single number is refused when it runs. */
    private static boolean mayBeOther(@Nullable Tensor value) {
      return value == null || value.elements() != 1 || value.item() != 0;
    }

    @Override
    public Operator from(List<RandomStream> rows) {
      return inputs -> {
        Tensor x = inputs.get(0);
        double ratio = inputs.has(1) ? inputs.number(1) : HALF;
        if (inputs.number(2) == 0 || ratio == 0) {
          return kept(x, wantsMask);
        }
        if (!(ratio > 0 && ratio < 1)) {
          throw new InvalidInputException("the ratio is " + ratio + ": from 0 to below 1 wanted");
        }
        Tensor mask = uniform(x.shape(), rows, 0, 1).lt(1 - ratio);
        Tensor result = x.mul(mask.to(x.dtype())).div(1 - ratio);
        return wantsMask ? List.of(result, mask) : List.of(result);
      };
    }
  }

  /** The type that a node asks for; without a wish, that of another tensor. */
  private static DType type(Node node, @Nullable Tensor like, int usual) {
    if (like != null && !node.attributes().has("dtype")) {
      return like.dtype();
    }
    return TensorReader.dtype((int) node.attributes().integer("dtype", usual), "the result");
  }
}
