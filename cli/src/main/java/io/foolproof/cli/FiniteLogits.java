package io.foolproof.cli;

import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/** Refuses models with broken weights. */
final class FiniteLogits {
  private FiniteLogits() {}

  /**
   * Asks a model about some images.
   *
   * @param images [N, ...], in the shape of its input
   * @throws InvalidInputException when no logit is finite
   */
  static void require(Classifier model, Tensor images) {
    try (Scope scope = Scope.open()) {
      Tensor batch = images.reshape(model.input().batchShape(images.size(0)));
      if (Arrays.stream(model.logits(batch).toDoubles()).noneMatch(Double::isFinite)) {
        throw new InvalidInputException(
            "%s gives logits that are not finite: its weights or its normalisation are broken"
                .formatted(model.name()));
      }
    }
  }
}
