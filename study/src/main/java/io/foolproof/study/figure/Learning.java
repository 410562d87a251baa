package io.foolproof.study.figure;

import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.util.List;

/** The model and its training: loss, accuracy, weights against images, and what it gets wrong. */
public final class Learning implements Figure<Learning.Found> {

  /**
   * What it computes.
   *
   * @param model the name of the model
   * @param trainedHere whether the study trained it; if not, there is no loss and no epoch
   * @param steps of training in all
   * @param loss mean training loss, of equally many steps each, at most 200 values in order;
   *     cross-entropy in nats
   * @param epochs in order
   * @param weights trainable numbers of the model
   * @param images training images
   * @param tested test images
   * @param correct how many of them are classified correctly
   * @param low lower end of the 95 % interval of the accuracy (Wilson)
   * @param high its upper end
   * @param shown of how many of the first test images all wrong ones are kept
   * @param wrong these
   */
  public record Found(
      String model,
      boolean trainedHere,
      int steps,
      double[] loss,
      List<Epoch> epochs,
      long weights,
      int images,
      int tested,
      int correct,
      double low,
      double high,
      int shown,
      List<Wrong> wrong) {
    /** Copies the lists. */
    public Found {
      epochs = List.copyOf(epochs);
      wrong = List.copyOf(wrong);
    }
  }

  /**
   * One pass over the training images.
   *
   * @param epoch from 1
   * @param loss mean training loss, cross-entropy in nats
   * @param validation fraction of the validation images that are then classified correctly
   */
  public record Epoch(int epoch, double loss, double validation) {}

  /**
   * A test image that is classified incorrectly.
   *
   * @param image with its true class
   * @param predicted the class that the model gives
   * @param confidence the probability that it gives it
   */
  public record Wrong(Picture image, int predicted, double confidence) {}

  @Override
  public int number() {
    return 5;
  }

  @Override
  public String title() {
    return "More weights than images";
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
