package io.foolproof.defense.training;

/**
 * How weights follow gradients. Works on plain arrays: weights are few, compared with what is
 * computed from them.
 */
public sealed interface Optimiser {

  /** How many numbers it remembers of each weight. */
  int memories();

  /**
   * Moves the weights against their gradient.
   *
   * @param at where the gradient was taken: the weights, or others close to them
   * @param memory what it remembers, one array of the weights' length each; zeros at first
   * @param step which step it is, from 1
   */
  void step(float[] weights, float[] at, float[] gradient, float[][] memory, int step, double rate);

  /**
   * Steps scaled by running means of the gradient and of its square.
   *
   * <p>Kingma and Ba: Adam: a method for stochastic optimization, 2014, arXiv 1412.6980, algorithm
   * 1.
   */
  record Adam() implements Optimiser {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    @Override
    public int memories() {
      return 2;
    }

    /** In 32 bits throughout, so that the compiler makes vectors of it: all cores wait for this. */
    @Override
    public void step(
        float[] weights, float[] at, float[] gradient, float[][] memory, int step, double rate) {
      float[] mean = memory[0];
      float[] square = memory[1];
      float length = (float) (rate / (1 - Math.pow(BETA1, step)));
      float correction = (float) (1 / (1 - Math.pow(BETA2, step)));
      for (int i = 0; i < weights.length; i++) {
        mean[i] = BETA1 * mean[i] + (1 - BETA1) * gradient[i];
        square[i] = BETA2 * square[i] + (1 - BETA2) * gradient[i] * gradient[i];
        float scale = (float) Math.sqrt(square[i] * correction) + EPSILON;
        weights[i] -= length * mean[i] / scale;
      }
    }
  }

  /**
   * Stochastic gradient descent with momentum and weight decay, which is a part of the gradient.
   *
   * @param momentum how much of the last step goes on, from 0 up to 1
   * @param weightDecay what is added to the gradient of each weight, at the place where it was
   *     taken
   */
  record Sgd(double momentum, double weightDecay) implements Optimiser {
    @Override
    public int memories() {
      return 1;
    }

    @Override
    public void step(
        float[] weights, float[] at, float[] gradient, float[][] memory, int step, double rate) {
      float[] velocity = memory[0];
      for (int i = 0; i < weights.length; i++) {
        double slope = gradient[i] + weightDecay * at[i];
        velocity[i] = (float) (momentum * velocity[i] + slope);
        weights[i] -= (float) (rate * velocity[i]);
      }
    }
  }
}
