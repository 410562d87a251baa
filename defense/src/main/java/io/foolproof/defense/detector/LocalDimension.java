package io.foolproof.defense.detector;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;

/**
 * The local intrinsic dimension of the training images around the image, estimated from the
 * distances r to its nearest neighbours: - 1 / mean of log (r_i / r_k).
 *
 * <p>Ma, Li, Wang, Erfani, Wijewickrema, Schoenebeck, Song, Houle, Bailey: Characterizing
 * adversarial subspaces using local intrinsic dimensionality, 2018, arXiv 1801.02613, equation 4.
 * They estimate it in every layer and train a logistic regression on adversarial images; here it is
 * that of one layer, and no adversarial image is seen. Neighbours are among images that are drawn
 * once, not for each batch.
 *
 * @param k how many neighbours count
 * @param points how many training images are kept
 * @param in what distances are measured in
 */
@Named("dimension")
public record LocalDimension(@AtLeast(2) int k, @AtLeast(3) int points, FeatureLayer in)
    implements Detector {
  /**
   * Squared distances below this count as this, so that a neighbour at distance 0 has a logarithm.
   */
  private static final double NEAREST = 1e-18;

  /** All neighbours at one distance would make the dimension infinite. */
  private static final double FLATTEST = 1e-9;

  /** Checks the settings. */
  public LocalDimension {
    Settings.check(LocalDimension.class, k, points, in);
    if (k >= points) {
      throw new InvalidInputException(
          "dimension: k=%d:points=%d: give fewer neighbours than points".formatted(k, points));
    }
  }

  /** 20 neighbours of 1,000, by logits. */
  public static LocalDimension standard() {
    return new LocalDimension(20, 1_000, FeatureLayer.LOGITS);
  }

  @Override
  public String summary() {
    return "the local intrinsic dimension of the training images around it, in " + in;
  }

  @Override
  public String source() {
    return "Ma et al. 2018, arXiv 1801.02613, of one layer, without a regression";
  }

  @Override
  public Suspicion fit(DifferentiableClassifier model, ImageSet training, Workers workers) {
    if (k >= training.size()) {
      throw new InvalidInputException(
          "%s has %d images, but %d neighbours are wanted: give fewer (dimension:k=)"
              .formatted(training.name(), training.size(), k));
    }
    ImageSet kept = training.sample(Math.min(points, training.size()), 0);
    double[][] features = in.of(model, kept, workers);
    double[] lengths = new double[features.length];
    for (int i = 0; i < features.length; i++) {
      for (double value : features[i]) {
        lengths[i] += value * value;
      }
    }
    return (images, logits) -> dimension(in.of(images, logits), features, lengths);
  }

  private Tensor dimension(Tensor x, double[][] features, double[] lengths) {
    // The same constants for every batch, which lives in a scope of its own.
    Tensor points = Matrices.of(features);
    Tensor squares = Tensor.of(lengths, 1, lengths.length);
    Tensor products = Nn.linear(x, points, null);
    Tensor squared =
        x.mul(x).sum(true, 1).add(squares).sub(products.mul(2)).clamp(NEAREST, Double.MAX_VALUE);
    Tensor nearest = squared.sort(1, false).values().slice(1, 0, k, 1).log().mul(0.5);
    Tensor farthest = nearest.slice(1, k - 1, k, 1);
    Tensor spread = farthest.sub(nearest).mean(false, 1).clamp(FLATTEST, Double.MAX_VALUE);
    return spread.pow(-1);
  }
}
