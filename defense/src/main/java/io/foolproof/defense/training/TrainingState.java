package io.foolproof.defense.training;

import org.jspecify.annotations.Nullable;

/** Where a training run is: everything that changes in it. */
final class TrainingState {
  /** How many steps there are in all. */
  final int total;

  /** How many of them are done. */
  int steps;

  /** As the last step left them. */
  final float[] weights;

  /** What the optimiser remembers. */
  final float[][] memory;

  /** The running mean of the weights; empty where none is taken. */
  final float[] mean;

  /** The weights of the best epoch so far; null before the first was validated. */
  @Nullable Best best;

  /** Whether training ended before its time. */
  boolean stopped;

  /**
   * The weights of an epoch.
   *
   * @param robust the fraction of validation images that is correctly classified under attack
   */
  record Best(int epoch, double robust, float[] weights) {}

  TrainingState(int total, float[] weights, float[][] memory, float[] mean) {
    this.total = total;
    this.weights = weights;
    this.memory = memory;
    this.mean = mean;
  }

  /** The weights to export now: their running mean where one is taken. */
  float[] current() {
    return mean.length == 0 ? weights : mean;
  }

  /** Takes the weights into their running mean, which begins quickly. */
  void average(double decay) {
    float kept = (float) Math.min(decay, (1.0 + steps) / (10 + steps));
    for (int i = 0; i < mean.length; i++) {
      mean[i] = kept * mean[i] + (1 - kept) * weights[i];
    }
  }
}
