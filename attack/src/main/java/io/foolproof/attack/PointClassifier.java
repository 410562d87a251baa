package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/** Classifies points by the rows that they stand for: {@link Features#ofPoints}. */
sealed interface PointClassifier extends ForwardingClassifier {

  /** What a point says of a row. */
  Features features();

  static Classifier of(Features features, Classifier model) {
    features.requireAsMany(model.name(), model.input().elements());
    return model instanceof DifferentiableClassifier
        ? new WithGradients(features, model)
        : new WithoutGradients(features, model);
  }

  @Override
  default InputSpec input() {
    return features().input(model().input().shape());
  }

  @Override
  default Tensor logits(Tensor points) {
    try (Scope scope = Scope.open()) {
      int d = features().features().size();
      int samples = Math.toIntExact(points.size(0));
      float[] values = points.detach().toFloats();
      float[][] rows = new float[samples][];
      for (int i = 0; i < samples; i++) {
        rows[i] = features().row(Arrays.copyOfRange(values, i * d, (i + 1) * d));
      }
      long[] shape = model().input().batchShape(samples);
      Tensor exact = Tensor.ofRows(rows, shape).to(points.dtype());
      if (points.isDifferentiable()) {
        Tensor scaled = points.reshape(samples, d).mul(weights(features()).to(points.dtype()));
        // Zero to the last bit, so that the rows do not change; but it has the gradient.
        exact = exact.add(scaled.sub(scaled.detach()).reshape(shape));
      }
      return scope.keep(model().logits(exact));
    }
  }

  @Override
  default Classifier drawing(RandomStream from) {
    Classifier drawing = model().drawing(from);
    return drawing == model() ? this : of(features(), drawing);
  }

  private static Tensor weights(Features features) {
    float[] weights = new float[features.features().size()];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = (float) features.features().get(j).weight();
    }
    return Tensor.of(weights, 1, weights.length);
  }

  /** Of a model without gradients. */
  record WithoutGradients(Features features, Classifier model) implements PointClassifier {}

  /** Of a model with gradients, which pass to the points. */
  record WithGradients(Features features, Classifier model)
      implements PointClassifier, DifferentiableClassifier {}
}
