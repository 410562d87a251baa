package io.foolproof.model;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** A classifier whose logits can be differentiated with respect to its input. */
public interface DifferentiableClassifier extends Classifier {

  /**
   * A classifier of a program's own with gradients, written with plain arrays: as {@link
   * Classifier#of}.
   *
   * <p>An evaluation that is to be differentiated calls {@code gradient} once per class, whatever
   * the loss: with 10 classes, a step of a gradient attack costs 10 calls. All other evaluations
   * call {@code logits} alone. There are no second derivatives.
   *
   * @param gradient of the weighted sum of an image's logits with respect to the image: [N][values]
   *     from images [N][values] and weights [N][classes]; called from several threads at once. An
   *     image with a gradient that is not finite counts as one with gradient zero.
   */
  static DifferentiableClassifier of(
      String name,
      InputSpec input,
      int classes,
      UnaryOperator<float[][]> logits,
      BinaryOperator<float[][]> gradient) {
    return new PlainDifferentiableClassifier(
        new PlainClassifier(name, input, classes, logits), gradient);
  }
}
