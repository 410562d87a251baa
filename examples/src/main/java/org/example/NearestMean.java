package org.example;

import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;

/**
 * A classifier of our own: the class whose mean image is nearest. Its logits are the negative
 * squared distances to the means.
 */
public final class NearestMean {
  private final InputSpec input;
  private final float[][] means;

  /** Learns the mean image of each class. */
  public NearestMean(ImageSet training) {
    input = InputSpec.unit(training.shape());
    means = new float[training.classes()][training.pixels()];
    int[] counts = new int[training.classes()];
    for (int i = 0; i < training.size(); i++) {
      counts[training.label(i)]++;
    }
    for (int i = 0; i < training.size(); i++) {
      float[] image = training.pixels(i);
      int label = training.label(i);
      for (int j = 0; j < image.length; j++) {
        means[label][j] += image[j] / counts[label];
      }
    }
  }

  /** For attacks that need scores or labels only. */
  public Classifier classifier() {
    return Classifier.of("nearest mean", input, means.length, this::logits);
  }

  /** For all attacks. */
  public DifferentiableClassifier differentiable() {
    return DifferentiableClassifier.of(
        "nearest mean", input, means.length, this::logits, this::gradient);
  }

  /** From images [N][values], logits [N][classes]. */
  private float[][] logits(float[][] images) {
    float[][] logits = new float[images.length][means.length];
    for (int i = 0; i < images.length; i++) {
      for (int k = 0; k < means.length; k++) {
        for (int j = 0; j < images[i].length; j++) {
          float difference = images[i][j] - means[k][j];
          logits[i][k] -= difference * difference;
        }
      }
    }
    return logits;
  }

  /** Of the weighted sum of the logits: [N][values] from weights [N][classes]. */
  private float[][] gradient(float[][] images, float[][] weights) {
    float[][] gradient = new float[images.length][images[0].length];
    for (int i = 0; i < images.length; i++) {
      for (int k = 0; k < means.length; k++) {
        for (int j = 0; j < images[i].length; j++) {
          gradient[i][j] -= 2 * weights[i][k] * (images[i][j] - means[k][j]);
        }
      }
    }
    return gradient;
  }
}
