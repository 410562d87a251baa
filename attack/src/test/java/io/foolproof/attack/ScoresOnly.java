package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Tensor;

/** As another model, but scores are all it tells: no gradients. */
public record ScoresOnly(Classifier model) implements Classifier {
  @Override
  public String name() {
    return "scores.onnx";
  }

  @Override
  public InputSpec input() {
    return model.input();
  }

  @Override
  public int classes() {
    return model.classes();
  }

  @Override
  public Tensor logits(Tensor images) {
    return model.logits(images).detach();
  }
}
