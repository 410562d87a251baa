package io.foolproof.defense;

/**
 * The Adam optimiser: steps scaled by running means of the gradient and of its square.
 *
 * <p>Kingma and Ba: Adam: a method for stochastic optimization, 2014, arXiv 1412.6980, algorithm 1.
 * Works on plain arrays: weights are few, compared with what is computed from them.
 */
public final class AdamOptimiser {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final float[] mean;
  private final float[] square;
  private int t;

  public AdamOptimiser(int size) {
    this(new float[size], new float[size], 0);
  }

  /** Continues from a saved state. */
  public AdamOptimiser(float[] mean, float[] square, int t) {
    this.mean = mean;
    this.square = square;
    this.t = t;
  }

  float[] mean() {
    return mean;
  }

  float[] square() {
    return square;
  }

  int steps() {
    return t;
  }

  /** Moves the weights against their gradient. */
  void step(float[] weights, float[] gradient, double rate) {
    t++;
    double correction1 = 1 - Math.pow(BETA1, t);
    double correction2 = 1 - Math.pow(BETA2, t);
    for (int i = 0; i < weights.length; i++) {
      mean[i] = (float) (BETA1 * mean[i] + (1 - BETA1) * gradient[i]);
      square[i] = (float) (BETA2 * square[i] + (1 - BETA2) * gradient[i] * gradient[i]);
      double scale = Math.sqrt(square[i] / correction2) + EPSILON;
      weights[i] -= (float) (rate * (mean[i] / correction1) / scale);
    }
  }
}
