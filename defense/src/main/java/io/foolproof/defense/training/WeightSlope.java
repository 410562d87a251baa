package io.foolproof.defense.training;

import static java.util.Objects.requireNonNull;

import io.foolproof.defense.loss.WeightPenalty;
import io.foolproof.defense.loss.WeightPenalty.Layer;
import io.foolproof.defense.training.StepGradients.Slope;
import io.foolproof.model.LinearLayer;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What penalties on the weights add to the slope of a step. */
final class WeightSlope {
  private final List<WeightPenalty> penalties;
  private final Weights weights;
  private final List<LinearLayer> layers;

  /**
   * Finds the layers.
   *
   * @throws InvalidInputException when there are penalties, and no layers
   */
  WeightSlope(List<WeightPenalty> penalties, OnnxClassifier net, Weights weights) {
    this.penalties = penalties;
    this.weights = weights;
    this.layers = penalties.isEmpty() ? List.of() : LinearLayer.of(net);
    if (!penalties.isEmpty() && layers.isEmpty()) {
      throw new InvalidInputException(
          net.name()
              + ": has no convolution or matrix with weights of its own, to which "
              + penalties.get(0)
              + " could apply; leave the penalty out");
    }
  }

  /** The slope with that of the penalties, at the same weights. */
  Slope addedTo(Slope slope) {
    if (penalties.isEmpty()) {
      return slope;
    }
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> variables = new LinkedHashMap<>();
      weights.tensors(slope.at()).forEach((name, tensor) -> variables.put(name, tensor.variable()));
      List<Layer> of =
          layers.stream()
              .map(map -> new Layer(map, requireNonNull(variables.get(map.weight()))))
              .toList();
      Tensor sum = penalties.stream().map(p -> p.of(of)).reduce(Tensor::add).orElseThrow();
      List<Tensor> gradients = Gradients.of(sum, List.copyOf(variables.values()));
      float[] gradient = Weights.gather(gradients, new float[weights.size()]);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += slope.gradient()[i];
      }
      return new Slope(slope.loss() + sum.detach().item(), slope.at(), gradient);
    }
  }
}
