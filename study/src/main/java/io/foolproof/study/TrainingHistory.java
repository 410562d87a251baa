package io.foolproof.study;

import java.util.List;

/**
 * How the training of a net went.
 *
 * @param steps in all
 * @param loss mean training loss of equally many steps each, at most 200 values in order
 * @param epochs in order
 */
public record TrainingHistory(int steps, double[] loss, List<Epoch> epochs) {
  /** Of nothing. */
  public static final TrainingHistory NONE = new TrainingHistory(0, new double[0], List.of());

  private static final int MOST = 200;

  /** Copies the list. */
  public TrainingHistory {
    epochs = List.copyOf(epochs);
  }

  /**
   * One pass over the training images.
   *
   * @param epoch from 1
   * @param loss mean training loss; for plain training the cross-entropy in nats
   * @param validation fraction of the validation images that are then classified correctly
   */
  public record Epoch(int epoch, double loss, double validation) {}

  /** Of the loss of every step. */
  public static TrainingHistory of(List<Double> losses, List<Epoch> epochs) {
    int each = Math.max(1, (losses.size() + MOST - 1) / MOST);
    int count = (losses.size() + each - 1) / each;
    double[] means = new double[count];
    for (int k = 0; k < count; k++) {
      means[k] =
          losses.subList(k * each, Math.min(losses.size(), (k + 1) * each)).stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElseThrow();
    }
    return new TrainingHistory(losses.size(), means, epochs);
  }
}
