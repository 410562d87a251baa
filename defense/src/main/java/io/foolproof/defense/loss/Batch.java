package io.foolproof.defense.loss;

import io.foolproof.defense.bound.Region;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the loss of a step is computed from.
 *
 * @param net the net under its weights, which are variables
 * @param images [N, shape...]
 * @param adversarial an adversarial example of each image, without history; the images themselves
 *     where the loss needs none
 * @param labels [N]
 * @param streams random numbers, one stream an image
 * @param region how far images may be changed, and the net that is bounded there; null where the
 *     loss is none of bounds
 */
public record Batch(
    DifferentiableClassifier net,
    Tensor images,
    Tensor adversarial,
    Tensor labels,
    List<RandomStream> streams,
    @Nullable Region region) {

  /** For losses that take no bounds. */
  public Batch(
      DifferentiableClassifier net,
      Tensor images,
      Tensor adversarial,
      Tensor labels,
      List<RandomStream> streams) {
    this(net, images, adversarial, labels, streams, null);
  }

  /** How far images may be changed, for losses of bounds. */
  Region bounded() {
    if (region == null) {
      throw new IllegalStateException("a loss of bounds is given none");
    }
    return region;
  }
}
