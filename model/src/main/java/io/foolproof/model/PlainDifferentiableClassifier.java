package io.foolproof.model;

import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * A classifier of a program's own with gradients, written with plain arrays.
 *
 * <p>The engine sees the logits as a linear function of the images around those that it asks about:
 * the value is that of the function to the last bit, the gradient that of the program.
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
    if (!images.isDifferentiable()) {
      return values;
    }
    int elements = input().elements();
    float[][] given = PlainClassifier.values(images, elements);
    Tensor flat = images.flatten(1);
    Tensor fromHere = flat.sub(flat.detach());
    List<Tensor> columns = new ArrayList<>();
    for (int k = 0; k < classes(); k++) {
      float[][] weights = new float[given.length][classes()];
      for (float[] row : weights) {
        row[k] = 1;
      }
      float[][] slopes =
          plain.checked(
              gradient.apply(given, weights), given.length, elements, "values of the gradient");
      Tensor slope = Tensor.ofRows(slopes, given.length, elements).to(images.dtype());
      columns.add(fromHere.mul(slope).sum(false, 1));
    }
    return values.add(Tensor.stack(columns, 1));
  }
}
