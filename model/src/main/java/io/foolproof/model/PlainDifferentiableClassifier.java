package io.foolproof.model;

import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * A classifier of a program's own with gradients, written with plain arrays.
 *
 * <p>The engine sees the logits as linear around the images ({@link Linearised}); each row of the
 * Jacobian takes one call of the program.
 *
 * @param plain its logits
 * @param gradient of the sum over classes of weights [N][classes] times logits, [N][values]
 */
record PlainDifferentiableClassifier(PlainClassifier plain, BinaryOperator<float[][]> gradient)
    implements DifferentiableClassifier {

  @Override
  public String name() {
    return plain.name();
  }

  @Override
  public InputSpec input() {
    return plain.input();
  }

  @Override
  public int classes() {
    return plain.classes();
  }

  @Override
  public Tensor logits(Tensor images) {
    Tensor values = plain.logits(images);
    if (!images.isDifferentiable() || images.size(0) == 0) {
      return values;
    }
    return Linearised.around(images, values, slopes(images));
  }

  /** For each class, the gradient of its logit: [N, values]. */
  private List<Tensor> slopes(Tensor images) {
    int elements = input().elements();
    List<Tensor> slopes = new ArrayList<>();
    for (int k = 0; k < classes(); k++) {
      float[][] weights = new float[Math.toIntExact(images.size(0))][classes()];
      for (float[] row : weights) {
        row[k] = 1;
      }
      slopes.add(
          plain.tensor(
              images,
              elements,
              "values of the gradient",
              () -> gradient.apply(PlainClassifier.values(images, elements), weights)));
    }
    return slopes;
  }
}
