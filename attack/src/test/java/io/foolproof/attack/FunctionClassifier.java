package io.foolproof.attack;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A model that a test writes down as a function.
 *
 * @param function from images [N, shape...] to logits [N, classes]
 */
public record FunctionClassifier(InputSpec input, int classes, UnaryOperator<Tensor> function)
    implements DifferentiableClassifier {
  @Override
  public String name() {
    return "function";
  }

  @Override
  public Tensor logits(Tensor images) {
    return function.apply(images);
  }
}
