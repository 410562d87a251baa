package io.foolproof.defense.fitted;

import io.foolproof.geometry.SmallHull;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Linearised;
import io.foolproof.model.Origin;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Classifies by the nearest hull: a class scores by minus its squared distance, times a scale. What
 * is inside the hull of a class has the score 0 there, and no gradient.
 *
 * <p>Distances are computed in double precision, image by image, and rounded to the type of the
 * images.
 */
final class HullClassifier implements DifferentiableClassifier {
  private final Origin origin;
  private final InputSpec input;
  private final List<SmallHull> hulls = new ArrayList<>();
  private final double scale;

  HullClassifier(HullModel model, Origin origin) {
    this.origin = origin;
    this.input = InputSpec.unit(model.shape());
    this.scale = model.scale();
    float[][] pixels = model.prototypes().pixels();
    int from = 0;
    for (int count : model.prototypes().perClass()) {
      hulls.add(SmallHull.of(Arrays.copyOfRange(pixels, from, from + count)));
      from += count;
    }
  }

  @Override
  public String name() {
    return origin.name();
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public InputSpec input() {
    return input;
  }

  @Override
  public int classes() {
    return hulls.size();
  }

  @Override
  public Tensor logits(Tensor images) {
    input.requireBatch(name(), images);
    int count = Math.toIntExact(images.size(0));
    int d = input.elements();
    boolean wantsGradients = images.isDifferentiable() && count > 0;
    double[] pixels = images.detach().toDoubles();
    double[] logits = new double[count * classes()];
    double[][] slopes = new double[wantsGradients ? classes() : 0][count * d];
    for (int i = 0; i < count; i++) {
      double[] image = Arrays.copyOfRange(pixels, i * d, (i + 1) * d);
      for (int k = 0; k < classes(); k++) {
        SmallHull.Nearest nearest = hulls.get(k).nearest(image);
        logits[i * classes() + k] = -scale * nearest.squaredDistance();
        for (int j = 0; wantsGradients && j < d; j++) {
          slopes[k][i * d + j] = -2 * scale * (image[j] - nearest.point()[j]);
        }
      }
    }
    Tensor values = Tensor.of(logits, count, classes()).to(images.dtype());
    if (!wantsGradients) {
      return values;
    }
    return Linearised.around(
        images,
        values,
        Arrays.stream(slopes).map(slope -> Tensor.of(slope, count, d).to(images.dtype())).toList());
  }
}
