package io.foolproof.model;

import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * A classifier of a program's own with gradients, written with plain arrays.
 *
 * <p>The engine sees the logits as linear around the images: their values are those of the program
 * to the last bit, and the gradient of any loss follows from the rows of the Jacobian, each of
 * which takes one call of the program. A component that is NaN or infinite counts as zero: times
 * the zero that is added here, it would make the logits NaN.
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
    List<Tensor> slopes = slopes(images);
    Tensor none = Tensor.zeros(images.dtype());
    Tensor flat = images.flatten(1);
    // Zero, so that the value does not change; but it has the gradient of the images.
    Tensor fromHere = flat.sub(flat.detach());
    // Class by class: sums over classes in one operation might depend on the size of the batch.
    List<Tensor> columns =
        slopes.stream()
            .map(slope -> Tensor.where(slope.mul(0).eq(0), slope, none))
            .map(slope -> fromHere.mul(slope).sum(false, 1))
            .toList();
    return values.add(Tensor.stack(columns, 1));
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
