package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** The same network, trained with a hard threshold, with one whose gradient is passed straight through, and with a smooth one. */
public final class HardToOptimise implements Figure<HardToOptimise.Found> {
  /**
   * What it computes.
   *
   * @param hidden thresholds of the network's hidden layer
   * @param steps after how many steps the loss is given, the same for all
   * @param trainings {@code hard}, {@code straight-through} and {@code smooth}, in this order
   */
  public record Found(int hidden, int[] steps, List<Trained> trainings) {
    /** Copies the list. */
    public Found {
      trainings = List.copyOf(trainings);
    }
  }

  /**
   * One training.
   *
   * @param name {@code hard}, {@code straight-through} or {@code smooth}
   * @param loss the cross-entropy in nats of the batches up to each of the steps since the one
   *     before
   * @param finalLoss the cross-entropy of training images after the last step
   * @param training misclassified training images of those
   */
  public record Trained(String name, double[] loss, double finalLoss, Proportion training) {}

  @Override
  public int number() {
    return 17;
  }

  @Override
  public String title() {
    return "Hard to optimise";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    throw new UnsupportedOperationException("not computed yet");
  }
}
