package io.foolproof.defense.loss;

import io.foolproof.attack.Objective;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A loss of images, and a penalty on the weights.
 *
 * @param loss of the images
 * @param penalty on the weights
 */
public record Penalised(TrainingLoss loss, WeightPenalty penalty) implements TrainingLoss {
  @Override
  public Tensor of(Batch batch) {
    return loss.of(batch);
  }

  @Override
  public List<WeightPenalty> onWeights() {
    return Stream.concat(loss.onWeights().stream(), Stream.of(penalty)).toList();
  }

  @Override
  public boolean isAdversarial() {
    return loss.isAdversarial();
  }

  @Override
  public boolean isBounded() {
    return loss.isBounded();
  }

  @Override
  public boolean takesLinearBounds() {
    return loss.takesLinearBounds();
  }

  @Override
  public Objective climbed(DifferentiableClassifier net, Tensor images) {
    return loss.climbed(net, images);
  }
}
