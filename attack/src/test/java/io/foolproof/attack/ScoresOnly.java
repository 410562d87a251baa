package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.tensor.Tensor;

/** As another model, but scores are all it tells: no gradients. */
public record ScoresOnly(Classifier model) implements ForwardingClassifier {
  @Override
  public String name() {
    return "scores.onnx";
  }

  @Override
  public Tensor logits(Tensor images) {
    return model.logits(images).detach();
  }
}
