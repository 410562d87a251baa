package io.foolproof.certify.smooth;

import io.foolproof.tensor.RandomStream;

/**
 * Normal noise in 32-bit numbers. What is certified holds in exact arithmetic only: the sums of
 * pixels and noise are rounded, differently for each image, and a classifier that sees this can be
 * certified where it is wrong (Voracek and Hein, 2022, arXiv 2207.07209, section 3). Images of 8
 * bits have {@link IntegerNoise}.
 */
public record GaussianNoise(double sigma) implements Noise {
  /** Checks sigma. */
  public GaussianNoise {
    Noise.requireSigma(sigma);
  }

  @Override
  public String id() {
    return "gaussian";
  }

  @Override
  public boolean isSound() {
    return false;
  }

  @Override
  public void add(float[] image, RandomStream stream, float[] target, int offset) {
    stream.fillGaussian(target, offset, offset + image.length);
    float scale = (float) sigma;
    for (int j = 0; j < image.length; j++) {
      target[offset + j] = image[j] + scale * target[offset + j];
    }
  }

  @Override
  public double error(int pixels) {
    return 0;
  }
}
