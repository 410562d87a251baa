package io.foolproof.model;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** A classifier whose logits can be differentiated with respect to its input. */
public interface DifferentiableClassifier extends Classifier {

  /**
   * A classifier of a program's own with gradients, written with plain arrays: as {@link
   * Classifier#of}.
   *
   * @param gradient of the weighted sum of an image's logits with respect to the image: [N][values]
   *     from images [N][values] and weights [N][classes]; called once a class for each gradient
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
