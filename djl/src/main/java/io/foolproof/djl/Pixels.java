package io.foolproof.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;

/** Hands a network an image as it is, [1, shape...], and takes its scores as they are. */
record Pixels(String model, InputSpec input) implements NoBatchifyTranslator<float[], float[]> {
  @Override
  public NDList processInput(TranslatorContext context, float[] image) {
    Shape shape = new Shape(input.batchShape(1));
    return new NDList(context.getNDManager().create(image, shape));
  }

  @Override
  public float[] processOutput(TranslatorContext context, NDList outputs) {
    if (outputs.size() != 1) {
      throw new InvalidInputException(
          "%s: gives %d results, expected scores alone: give a ZooModel with a translator, and what its scores are"
              .formatted(model, outputs.size()));
    }
    NDArray scores = outputs.get(0);
    long classes = scores.getShape().size();
    if (scores.getShape().dimension() < 1 || scores.getShape().get(0) != 1 || classes < 2) {
      throw new InvalidInputException(
          "%s: gives %s for one image, expected one row of a score for each of two or more classes"
              .formatted(model, scores.getShape()));
    }
    return scores.toFloatArray();
  }
}
