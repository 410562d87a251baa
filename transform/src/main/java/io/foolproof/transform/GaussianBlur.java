package io.foolproof.transform;

/**
 * Blurs as optics out of focus do. Pixels at the edge go on outside.
 *
 * @param sigma the standard deviation in pixels, from 0 to 100; 0 changes nothing
 */
public record GaussianBlur(Range sigma) implements Separable {
  private static final int SIGMAS = 4;

  /** Checks the knob. */
  public GaussianBlur {
    sigma.within("gaussian-blur: sigma", 0, 100);
  }

  @Override
  public Range knob() {
    return sigma;
  }

  @Override
  public double neutral() {
    return 0;
  }

  @Override
  public double[][] weights(double sigma, int size) {
    int radius = (int) Math.ceil(SIGMAS * sigma);
    double[] bell = new double[radius + 1];
    double sum = 0;
    for (int k = 0; k <= radius; k++) {
      bell[k] = k == 0 ? 1 : Math.exp(-k * k / (2 * sigma * sigma));
      sum += k == 0 ? 1 : 2 * bell[k];
    }
    double[][] weights = new double[size][size];
    for (int to = 0; to < size; to++) {
      for (int k = -radius; k <= radius; k++) {
        int from = Math.max(0, Math.min(size - 1, to + k));
        weights[to][from] += bell[Math.abs(k)] / sum;
      }
    }
    return weights;
  }
}
