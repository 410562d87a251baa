package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attention and RotaryEmbedding. */
final class Attention {
  private static final int RAW = 0;
  private static final int CAPPED = 1;
  private static final int BIASED = 2;

  private Attention() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of("Attention", Attention::attention, "RotaryEmbedding", Attention::rotary);
  }

  /** What the attributes of a node say. */
  private record Settings(
      boolean causal,
      long queryHeads,
      long keyHeads,
      double scale,
      double softcap,
      long scores,
      long left,
      long right) {}

  /** Vaswani et al., 2017, arXiv 1706.03762, section 3.2. */
  private static Operator attention(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(
        Set.of(
            "is_causal",
            "kv_num_heads",
            "q_num_heads",
            "qk_matmul_output_mode",
            "scale",
            "softcap",
            "softmax_precision",
            "left_window_size",
            "right_window_size"));
    Settings settings =
        new Settings(
            attributes.flag("is_causal", false),
            attributes.integer("q_num_heads", 0),
            attributes.integer("kv_num_heads", 0),
            attributes.number("scale", Double.NaN),
            attributes.number("softcap", 0),
            attributes.integer("qk_matmul_output_mode", RAW),
            attributes.integer("left_window_size", -1),
            attributes.integer("right_window_size", -1));
    if (settings.softcap() < 0 || settings.scores() < RAW || settings.scores() > BIASED + 1) {
      throw new InvalidInputException(
          "attributes softcap %s, qk_matmul_output_mode %d"
              .formatted(settings.softcap(), settings.scores()));
    }
    return inputs -> attention(inputs, settings);
  }

  private static List<Tensor> attention(Inputs inputs, Settings settings) {
    boolean flat = inputs.get(0).rank() == 3;
    Tensor q = heads(inputs.get(0), settings.queryHeads());
    Tensor k = joined(inputs.optional(4), heads(inputs.get(1), settings.keyHeads()));
    Tensor v = joined(inputs.optional(5), heads(inputs.get(2), settings.keyHeads()));
    long groups = k.size(1) == 0 ? 0 : q.size(1) / k.size(1);
    boolean fits = k.size(1) * groups == q.size(1) && v.size(1) == k.size(1);
    if (!fits || q.size(3) != k.size(3) || k.size(2) != v.size(2)) {
      throw new InvalidInputException("queries %s, keys %s and values %s".formatted(q, k, v));
    }
    long batch = Math.max(q.size(0), k.size(0));
    long heads = batch * q.size(1);
    SizeLimits.checkResult(heads, q.size(2), k.size(2));
    SizeLimits.checkIntermediate(heads, k.size(2), Math.max(k.size(3), v.size(3)));
    SizeLimits.checkResult(heads, q.size(2), v.size(3));
    SizeLimits.checkWork(heads * q.size(2) * k.size(2), k.size(3) + v.size(3));
    double scale =
        Double.isNaN(settings.scale()) ? 1 / Math.sqrt((double) q.size(3)) : settings.scale();
    Tensor root = Tensor.scalar(Math.sqrt(scale), q.dtype());
    Tensor raw = q.mul(root).matmul(repeated(k, groups).mul(root).transpose(2, 3));
    Tensor capped =
        settings.softcap() == 0 ? raw : raw.div(settings.softcap()).tanh().mul(settings.softcap());
    Tensor bias = bias(inputs, settings, q, k, inputs.has(4) ? inputs.get(4).size(2) : 0);
    Tensor biased = bias == null ? capped : capped.add(bias);
    Tensor weights = Nn.softmax(biased, 3);
    // A query that may see nothing gives nothing.
    Tensor blind = biased.max(true, 3).eq(Double.NEGATIVE_INFINITY);
    weights = Tensor.where(blind, Tensor.scalar(0, weights.dtype()), weights);
    Tensor result = weights.matmul(repeated(v, groups));
    if (flat) {
      long[] shape = {q.size(0), q.size(2), q.size(1) * v.size(3)};
      result = result.permute(0, 2, 1, 3).reshape(shape);
    }
    Tensor scores =
        switch ((int) settings.scores()) {
          case RAW -> raw;
          case CAPPED -> capped;
          case BIASED -> biased;
          default -> weights;
        };
    return List.of(result, k, v, scores);
  }

  /** [N, heads, places, size of a head]. */
  private static Tensor heads(Tensor x, long heads) {
    if (x.rank() == 4) {
      return x;
    }
    if (x.rank() != 3 || heads < 1 || x.size(2) % heads != 0) {
      throw new InvalidInputException(x + " cannot be cut into " + heads + " heads");
    }
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).permute(0, 2, 1, 3);
  }

  private static Tensor joined(@Nullable Tensor past, Tensor now) {
    return past == null ? now : Tensor.concat(List.of(past, now), 2);
  }

  private static Tensor repeated(Tensor x, long groups) {
    if (groups == 1) {
      return x;
    }
    long[] shape = {x.size(0), x.size(1), groups, x.size(2), x.size(3)};
    return x.unsqueeze(2)
        .expand(shape)
        .reshape(x.size(0), x.size(1) * groups, x.size(2), x.size(3));
  }

  /** What is added to scores: a mask's numbers, and minus infinity where a key may not be seen. */
  private static @Nullable Tensor bias(
      Inputs inputs, Settings settings, Tensor q, Tensor k, long past) {
    long queries = q.size(2);
    long keys = k.size(2);
    Tensor nothing = Tensor.scalar(Double.NEGATIVE_INFINITY, q.dtype());
    Tensor zero = Tensor.scalar(0, q.dtype());
    Tensor bias = null;
    if (inputs.has(3)) {
      Tensor mask = inputs.get(3);
      bias = mask.dtype() == DType.BOOL ? Tensor.where(mask, zero, nothing) : mask.to(q.dtype());
      if (bias.rank() > 0 && bias.size(-1) < keys && bias.size(-1) != 1) {
        long[] amounts = {0, keys - bias.size(-1)};
        bias = Nn.pad(bias, amounts, Nn.PadMode.CONSTANT, Double.NEGATIVE_INFINITY);
      }
      long[] scores = {Math.max(q.size(0), k.size(0)), q.size(1), queries, keys};
      SizeLimits.checkResult(SizeLimits.broadcast(scores, bias.shape()));
    }
    Tensor place = Tensor.arange(keys).reshape(1, 1, 1, keys);
    Tensor own = Tensor.arange(queries).reshape(1, 1, queries, 1).add(whole(past));
    Tensor seen = null;
    if (inputs.has(6)) {
      Tensor lengths = inputs.get(6).reshape(-1, 1, 1, 1);
      SizeLimits.checkIntermediate(lengths.elements(), queries, keys);
      seen = place.lt(lengths);
      own = Tensor.arange(queries).reshape(1, 1, queries, 1).add(lengths.sub(whole(queries)));
    }
    if (settings.causal()) {
      seen = both(seen, place.le(own));
    }
    if (settings.left() >= 0) {
      seen = both(seen, own.sub(place).le(whole(settings.left())));
    }
    if (settings.right() >= 0) {
      seen = both(seen, place.sub(own).le(whole(settings.right())));
    }
    if (seen == null) {
      return bias;
    }
    Tensor hidden = Tensor.where(seen, zero, nothing);
    return bias == null ? hidden : Tensor.where(seen, bias, nothing);
  }

  private static Tensor whole(long number) {
    return Tensor.of(new long[] {number});
  }

  private static Tensor both(@Nullable Tensor a, Tensor b) {
    return a == null ? b : a.and(b);
  }

  /** Su et al., 2021, arXiv 2104.09864. */
  private static Operator rotary(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("interleaved", "num_heads", "rotary_embedding_dim"));
    boolean interleaved = attributes.flag("interleaved", false);
    long heads = attributes.integer("num_heads", 0);
    long part = attributes.integer("rotary_embedding_dim", 0);
    return Operator.single(
        inputs -> {
          Tensor given = inputs.get(0);
          Tensor x = heads(given, heads);
          long rotated = part == 0 ? x.size(3) : part;
          if (rotated > x.size(3) || rotated % 2 != 0) {
            throw new InvalidInputException(
                "%d numbers of %s cannot be rotated".formatted(rotated, x));
          }
          Tensor turned =
              rotate(
                  x.slice(3, 0, rotated, 1),
                  angles(inputs, 1, rotated),
                  angles(inputs, 2, rotated),
                  interleaved);
          Tensor rest = x.slice(3, rotated, x.size(3), 1);
          Tensor result = Tensor.concat(List.of(turned, rest), 3);
          return given.rank() == 4 ? result : result.permute(0, 2, 1, 3).reshape(given.shape());
        });
  }

  /** Cosines or sines, [N, 1, places, half of the rotated numbers]. */
  private static Tensor angles(Inputs inputs, int index, long rotated) {
    Tensor cache = inputs.get(index);
    if (inputs.has(3)) {
      Tensor ids = inputs.get(3);
      long[] shape = Arrays.copyOf(ids.shape(), ids.rank() + 1);
      shape[ids.rank()] = cache.size(-1);
      SizeLimits.checkIntermediate(ids.elements(), cache.elements() / Math.max(1, cache.size(0)));
      cache = cache.indexSelect(0, ids.reshape(-1)).reshape(shape);
    }
    if (cache.rank() != 3 || cache.size(2) != rotated / 2) {
      throw new InvalidInputException("angles %s for %d rotated numbers".formatted(cache, rotated));
    }
    return cache.unsqueeze(1);
  }

  private static Tensor rotate(Tensor x, Tensor cosine, Tensor sine, boolean interleaved) {
    long size = x.size(3);
    Tensor a = interleaved ? x.slice(3, 0, size, 2) : x.slice(3, 0, size / 2, 1);
    Tensor b = interleaved ? x.slice(3, 1, size, 2) : x.slice(3, size / 2, size, 1);
    SizeLimits.checkBroadcast(cosine, a);
    SizeLimits.checkBroadcast(sine, a);
    Tensor real = cosine.mul(a).sub(sine.mul(b));
    Tensor imaginary = sine.mul(a).add(cosine.mul(b));
    return interleaved
        ? Tensor.stack(List.of(real, imaginary), 4).reshape(x.shape())
        : Tensor.concat(List.of(real, imaginary), 3);
  }
}
