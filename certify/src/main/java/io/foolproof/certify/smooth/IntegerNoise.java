package io.foolproof.certify.smooth;

import io.foolproof.tensor.DiscreteDistribution;
import io.foolproof.tensor.RandomStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Noise of whole levels for images of 8 bits: normal noise, rounded to the nearest level.
 *
 * <p>Voracek and Hein: Sound randomized smoothing in floating-point arithmetic, 2022, arXiv
 * 2207.07209. Let Q round to whole levels. The image has whole levels, so that Q(image + normal
 * noise) = image + Q(normal noise), exactly, and Q(normal noise) is drawn from its table of
 * probabilities with whole numbers alone. The classifier f that is smoothed is therefore f after Q,
 * a function of whole numbers, under noise that is exactly normal: the certificate of Cohen et al.
 * holds for it as it is computed, whatever f does with the levels.
 */
public final class IntegerNoise implements Noise {
  private static final int HIGHEST = 255;

  /** Beyond so many deviations a pixel's noise counts as that far: a probability of 2e-19. */
  private static final double REACH = 9;

  /** Of each of the table's probabilities: those of the normal distribution, and the sampler's. */
  private static final double ROUNDING = 0x1p-50;

  private final double sigma;
  private final int reach;
  private final DiscreteDistribution table;

  /** The pixel of each level that noise can lead to, from {@code -reach} on. */
  private final float[] pixels;

  /**
   * Makes the table.
   *
   * @param sigma the standard deviation before rounding
   */
  public IntegerNoise(double sigma) {
    Noise.requireSigma(sigma);
    this.sigma = sigma;
    double levels = sigma * HIGHEST;
    this.reach = (int) Math.ceil(REACH * levels);
    this.table = new DiscreteDistribution(probabilities(levels, reach));
    this.pixels = new float[HIGHEST + 1 + 2 * reach];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i - reach) / (float) HIGHEST;
    }
  }

  /** Of the levels from {@code -reach} to {@code reach}. */
  static double[] probabilities(double levels, int reach) {
    NormalDistribution normal = NormalDistribution.of(0, levels);
    double[] probabilities = new double[2 * reach + 1];
    for (int k = 0; k <= reach; k++) {
      // Both from the same tail: nothing cancels.
      double beyond = k == reach ? 0 : normal.survivalProbability(k + 0.5);
      double within = k == 0 ? 0.5 : normal.survivalProbability(k - 0.5);
      double probability = (within - beyond) * (k == 0 ? 2 : 1);
      probabilities[reach + k] = probability;
      probabilities[reach - k] = probability;
    }
    return probabilities;
  }

  @Override
  public double sigma() {
    return sigma;
  }

  @Override
  public String id() {
    return "integer";
  }

  @Override
  public boolean isSound() {
    return true;
  }

  @Override
  public void add(float[] image, RandomStream stream, float[] target, int offset) {
    int[] noise = new int[image.length];
    table.fill(stream, noise, 0, noise.length);
    for (int j = 0; j < image.length; j++) {
      target[offset + j] = pixels[Math.round(image[j] * HIGHEST) + noise[j]];
    }
  }

  /** Each pixel may differ by the errors of the whole table. */
  @Override
  public double error(int imagePixels) {
    return imagePixels * (2.0 * reach + 1) * ROUNDING;
  }
}
