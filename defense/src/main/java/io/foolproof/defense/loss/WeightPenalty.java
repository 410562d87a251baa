package io.foolproof.defense.loss;

import io.foolproof.model.LinearLayer;
import io.foolproof.tensor.Tensor;
import java.util.List;

/** What is added to the loss of a step for the weights alone, whatever the images are. */
public interface WeightPenalty {

  /**
   * A layer and its kernel or matrix, which is a variable.
   *
   * @param map what the layer does with it
   */
  record Layer(LinearLayer map, Tensor weight) {}

  /** The penalty, one number, which can be differentiated by the weights. */
  Tensor of(List<Layer> layers);
}
