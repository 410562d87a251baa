package io.foolproof.audit.proof;

import io.foolproof.attack.Norm;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Engine;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What to prove of images: that they keep their class. All that the findings depend on, besides the
 * machine's speed.
 *
 * @param model takes the pixels as they are, in their order
 * @param images to prove it of
 * @param norm L-inf, L2 or L1
 * @param epsilon the largest change of an image
 * @param target the class that they must not be taken for; null for all but their own
 * @param seconds for each image, the check not included
 * @param seed of the random starts of attacks
 */
public record ProofPlan(
    OnnxModel model,
    ImageSet images,
    Norm norm,
    BigDecimal epsilon,
    @Nullable Integer target,
    double seconds,
    long seed) {

  /** By name, to tell the findings of one plan from another's. */
  public Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof proofs 1");
    identity.put("model", model.sha256());
    identity.put("data", images.sha256());
    long[] indices = IntStream.range(0, images.size()).mapToLong(images::index).toArray();
    identity.put("indices", Integer.toHexString(Arrays.hashCode(indices)));
    identity.put("norm", norm.id());
    identity.put("epsilon", epsilon.toPlainString());
    if (target != null) {
      identity.put("target", target.toString());
    }
    identity.put("seconds", String.valueOf(seconds));
    identity.put("seed", String.valueOf(seed));
    identity.put("engine", Engine.version());
    return identity;
  }
}
