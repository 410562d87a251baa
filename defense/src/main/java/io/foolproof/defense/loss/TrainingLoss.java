package io.foolproof.defense.loss;

import io.foolproof.attack.Objective;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.List;

/** What training makes small, a number for each image. */
public interface TrainingLoss {

  /**
   * The loss of each image, [N], which can be differentiated by the weights; its mean over the
   * batch is what a step descends.
   */
  Tensor of(Batch batch);

  /** What is added for the weights alone, once in a step. */
  default List<WeightPenalty> onWeights() {
    return List.of();
  }

  /** Whether it is computed from adversarial examples. */
  default boolean isAdversarial() {
    return true;
  }

  /** Whether it is computed from bounds of the net in the whole region of an image. */
  default boolean isBounded() {
    return false;
  }

  /** Whether these are linear bounds, too, which fewer operators have than intervals. */
  default boolean takesLinearBounds() {
    return false;
  }

  /**
   * What the attack on the training images climbs: the cross-entropy of the label, unless the loss
   * says otherwise.
   *
   * @param net under weights that are no variables
   * @param images [N, shape...], unchanged
   */
  default Objective climbed(DifferentiableClassifier net, Tensor images) {
    return Nn::crossEntropy;
  }
}
