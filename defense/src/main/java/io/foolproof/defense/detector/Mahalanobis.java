package io.foolproof.defense.detector;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Probability;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Whitening;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import org.ojalgo.matrix.store.R064Store;

/**
 * The squared Mahalanobis distance to the nearest mean of a class, under one covariance of all
 * classes.
 *
 * <p>Lee, Lee, Lee, Shin: A simple unified framework for detecting out-of-distribution samples and
 * adversarial attacks, 2018, arXiv 1807.03888, equations 1 and 2. They add noise to the image, and
 * train a logistic regression on the distances in all layers with adversarial images; here it is
 * the distance in one layer, and no adversarial image is seen.
 *
 * @param in what distances are measured in
 * @param shrinkage how far the covariance is drawn towards a multiple of the identity, 0 to 1
 */
@Named("mahalanobis")
public record Mahalanobis(FeatureLayer in, @Probability double shrinkage) implements Detector {
  /** Enough for a covariance of all pixels of a digit. */
  private static final int MOST_IMAGES = 10_000;

  /** Checks the settings. */
  public Mahalanobis {
    Settings.check(Mahalanobis.class, in, shrinkage);
  }

  /** Of the logits. */
  public static Mahalanobis standard() {
    return new Mahalanobis(FeatureLayer.LOGITS, 0.001);
  }

  @Override
  public String summary() {
    return "the Mahalanobis distance to the nearest mean of a class, in " + in;
  }

  @Override
  public String source() {
    return "Lee, Lee, Lee, Shin 2018, arXiv 1807.03888, of one layer, without a regression";
  }

  @Override
  public Suspicion fit(DifferentiableClassifier model, ImageSet training, Workers workers) {
    ImageSet kept = training.sample(Math.min(MOST_IMAGES, training.size()), 0);
    double[][] features = in.of(model, kept, workers);
    double[][] means = means(features, kept);
    double[][] white = Whitening.of(covariance(features, means, kept));
    double[][] centres;
    try (Scope scope = Scope.open()) {
      Tensor moved = Nn.linear(Matrices.of(means), Matrices.of(white), null);
      double[] values = moved.toDoubles();
      int d = white.length;
      centres = new double[means.length][d];
      for (int c = 0; c < means.length; c++) {
        System.arraycopy(values, c * d, centres[c], 0, d);
      }
    }
    return (images, logits) -> {
      Tensor x = Nn.linear(in.of(images, logits), Matrices.of(white), null);
      Tensor away = x.unsqueeze(1).sub(Matrices.of(centres).unsqueeze(0));
      return away.mul(away).sum(false, 2).min(false, 1);
    };
  }

  private static double[][] means(double[][] features, ImageSet images) {
    double[][] means = new double[images.classes()][features[0].length];
    int[] counts = new int[means.length];
    for (int i = 0; i < features.length; i++) {
      counts[images.label(i)]++;
      for (int j = 0; j < features[i].length; j++) {
        means[images.label(i)][j] += features[i][j];
      }
    }
    for (int c = 0; c < means.length; c++) {
      if (counts[c] == 0) {
        throw new InvalidInputException(
            "%s has no image of class %s: give at least one of each class"
                .formatted(images.name(), images.classNames().get(c)));
      }
      for (int j = 0; j < means[c].length; j++) {
        means[c][j] /= counts[c];
      }
    }
    return means;
  }

  private R064Store covariance(double[][] features, double[][] means, ImageSet images) {
    int d = means[0].length;
    double[] products;
    try (Scope scope = Scope.open()) {
      double[][] away = new double[features.length][d];
      for (int i = 0; i < away.length; i++) {
        for (int j = 0; j < d; j++) {
          away[i][j] = features[i][j] - means[images.label(i)][j];
        }
      }
      Tensor rows = Matrices.of(away);
      products = rows.transpose(0, 1).matmul(rows).toDoubles();
    }
    double trace = 0;
    for (int j = 0; j < d; j++) {
      trace += products[j * d + j];
    }
    if (!(trace > 0)) {
      throw new InvalidInputException(
          "%s: the %s of the images of a class do not differ, so that they have no covariance"
              .formatted(images.name(), in));
    }
    R064Store covariance = R064Store.FACTORY.make(d, d);
    for (int a = 0; a < d; a++) {
      for (int b = 0; b < d; b++) {
        double own = (1 - shrinkage) * products[a * d + b];
        covariance.set(a, b, (own + (a == b ? shrinkage * trace / d : 0)) / features.length);
      }
    }
    return covariance;
  }
}
