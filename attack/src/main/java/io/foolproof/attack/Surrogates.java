package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.Ensemble;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Models of the attacker's own for the same task, whose gradients stand in for those of the model
 * under attack.
 *
 * @param models may be none
 */
public record Surrogates(List<DifferentiableClassifier> models) {
  /** The attacker has no models. */
  public static final Surrogates NONE = new Surrogates(List.of());

  /** Copies the list. */
  public Surrogates {
    models = List.copyOf(models);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return models.isEmpty();
  }

  /** What tells them from others, for journals. */
  public String identity() {
    return models.stream()
        .map(model -> model.origin().identityInUse())
        .collect(Collectors.joining(" "));
  }

  /**
   * All of them as one model that can stand in for another.
   *
   * @param attack what needs it, for the message
   * @throws InvalidInputException when there are none, or they do not take the same images
   */
  public Ensemble ensemble(String attack, Classifier model) {
    if (isEmpty()) {
      throw new InvalidInputException(
          attack
              + " takes the gradients of other models for the same task, of which none is given:"
              + " give one or more (--surrogate)");
    }
    models.forEach(surrogate -> Ensemble.requireAlike(model, surrogate));
    return new Ensemble(models);
  }
}
