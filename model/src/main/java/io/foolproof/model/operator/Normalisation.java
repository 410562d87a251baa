package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Normalisations, as at inference. */
final class Normalisation {
  private Normalisation() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "BatchNormalization", Normalisation::batch,
        "InstanceNormalization", Normalisation::instance,
        "LayerNormalization", Normalisation::layer,
        "GroupNormalization", Normalisation::group,
        "RMSNormalization", Normalisation::rootMeanSquare,
        "LRN", Normalisation::localResponse);
  }

  private static Operator batch(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("epsilon", "momentum", "training_mode", "spatial"));
    if (attributes.flag("training_mode", false) || node.wants(1)) {
      throw new InvalidInputException(
          "batch normalisation in training mode is not supported; export the model for inference");
    }
    if (!attributes.flag("spatial", true)) {
      throw new InvalidInputException("the attribute spatial = 0 is not supported");
    }
    double epsilon = attributes.number("epsilon", 1e-5);
    return Operator.single(
        inputs ->
            Nn.batchNorm(
                inputs.get(0),
                inputs.get(3),
                inputs.get(4),
                inputs.get(1),
                inputs.get(2),
                epsilon));
  }

  private static Operator instance(Node node, int opset) {
    node.attributes().allowOnly(Set.of("epsilon"));
    double epsilon = node.attributes().number("epsilon", 1e-5);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          requireImages(x);
          Tensor normal = Centred.of(x, Axes.from(2, x.rank()), epsilon).normal();
          return scaled(
              normal, perChannel(inputs.get(1), x.rank()), perChannel(inputs.get(2), x.rank()));
        });
  }

  private static void requireImages(Tensor x) {
    if (x.rank() < 3) {
      throw new InvalidInputException("images [N, C, sizes...] are wanted, found " + x);
    }
  }

  /** Values minus their mean, and one over their standard deviation. */
  private record Centred(Tensor mean, Tensor centred, Tensor inverseDeviation) {
    static Centred of(Tensor x, long[] axes, double epsilon) {
      Tensor mean = x.mean(true, axes);
      Tensor centred = x.sub(mean);
      Tensor variance = centred.mul(centred).mean(true, axes);
      return new Centred(mean, centred, variance.add(epsilon).sqrt().pow(-1));
    }

    Tensor normal() {
      return centred.mul(inverseDeviation);
    }
  }

  private static Tensor scaled(Tensor x, Tensor scale, @Nullable Tensor shift) {
    SizeLimits.checkBroadcast(x, scale);
    Tensor scaled = x.mul(scale);
    if (shift == null) {
      return scaled;
    }
    SizeLimits.checkBroadcast(scaled, shift);
    return scaled.add(shift);
  }

  private static Tensor perChannel(Tensor values, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[1] = values.elements();
    return values.reshape(shape);
  }

  /** Ba et al., 2016, arXiv 1607.06450. */
  private static Operator layer(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis", "epsilon", "stash_type"));
    long axis = node.attributes().integer("axis", -1);
    double epsilon = node.attributes().number("epsilon", 1e-5);
    return inputs -> {
      Tensor x = inputs.get(0);
      long[] axes = Axes.from(Axes.of(axis, x.rank()), x.rank());
      Centred centred = Centred.of(x, axes, epsilon);
      Tensor result = scaled(centred.normal(), inputs.get(1), inputs.optional(2));
      return List.of(result, centred.mean(), centred.inverseDeviation());
    };
  }

  /** Zhang and Sennrich, 2019, arXiv 1910.07467. */
  private static Operator rootMeanSquare(Node node, int opset) {
    node.attributes().allowOnly(Set.of("axis", "epsilon", "stash_type"));
    long axis = node.attributes().integer("axis", -1);
    double epsilon = node.attributes().number("epsilon", 1e-5);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          long[] axes = Axes.from(Axes.of(axis, x.rank()), x.rank());
          Tensor size = x.mul(x).mean(true, axes).add(epsilon).sqrt();
          return scaled(x.div(size), inputs.get(1), null);
        });
  }

  /** Wu and He, 2018, arXiv 1803.08494. Before operator set 21 a scale is a group's. */
  private static Operator group(Node node, int opset) {
    node.attributes().allowOnly(Set.of("epsilon", "num_groups", "stash_type"));
    if (opset < 21) {
      throw new InvalidInputException("GroupNormalization is supported from operator set 21 on");
    }
    double epsilon = node.attributes().number("epsilon", 1e-5);
    long groups = node.attributes().integer("num_groups");
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          requireImages(x);
          if (groups < 1 || x.size(1) % groups != 0) {
            throw new InvalidInputException(
                "%d channels cannot be put into %d groups".formatted(x.size(1), groups));
          }
          long each = x.elements() / Math.max(1, x.size(0) * groups);
          Tensor grouped = x.reshape(x.size(0), groups, each);
          Tensor normal = Centred.of(grouped, new long[] {2}, epsilon).normal();
          return scaled(
              normal.reshape(x.shape()),
              perChannel(inputs.get(1), x.rank()),
              perChannel(inputs.get(2), x.rank()));
        });
  }

  /** Krizhevsky et al., 2012: each channel by the squares of its neighbours. */
  private static Operator localResponse(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("alpha", "beta", "bias", "size"));
    double alpha = attributes.number("alpha", 1e-4);
    double beta = attributes.number("beta", 0.75);
    double bias = attributes.number("bias", 1);
    long size = attributes.integer("size");
    if (size < 1 || size > 1000) {
      throw new InvalidInputException("attribute size is " + size + "; 1 to 1000 is supported");
    }
    return Operator.unary(
        x -> {
          requireImages(x);
          // Beyond the first and the last channel there is nothing to add.
          long before = Math.min((size - 1) / 2, Math.max(0, x.size(1) - 1));
          long after = Math.min(size - 1 - (size - 1) / 2, Math.max(0, x.size(1) - 1));
          long neighbours = 1 + before + after;
          // Every sum is a value of its own.
          SizeLimits.checkIntermediate(neighbours, x.elements());
          long[] amounts = new long[2 * x.rank() - 2];
          amounts[amounts.length - 2] = before;
          amounts[amounts.length - 1] = after;
          Tensor squares = Nn.pad(x.mul(x), amounts, Nn.PadMode.CONSTANT, 0);
          Tensor sum = squares.slice(1, 0, x.size(1), 1);
          for (long shift = 1; shift < neighbours; shift++) {
            sum = sum.add(squares.slice(1, shift, shift + x.size(1), 1));
          }
          return x.div(sum.mul(alpha / size).add(bias).pow(beta));
        });
  }
}
