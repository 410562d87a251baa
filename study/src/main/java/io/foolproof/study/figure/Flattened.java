package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** What a penalty on the gradient does to a network, and what it costs. */
public final class Flattened implements Figure<Flattened.Found> {
  /**
   * What it computes.
   *
   * @param penalty its name in the catalogue of penalties
   * @param net the network's architecture
   * @param trainingImages how many images were learned from
   * @param epsilon L-inf, of pixels in [0, 1]
   * @param attack its settings
   * @param nets one for each weight of the penalty and each seed, by ascending weight
   */
  public record Found(
      String penalty,
      String net,
      int trainingImages,
      double epsilon,
      String attack,
      List<Net> nets) {
    /** Copies the list. */
    public Found {
      nets = List.copyOf(nets);
    }
  }

  /**
   * A network that was trained with one weight.
   *
   * @param weight of the penalty; 0 for none
   * @param seed of its training
   * @param training misclassified training images
   * @param test misclassified test images
   * @param gradient the mean over test images of the L2 norm of the gradient of the cross-entropy
   * @param robust attacked test images that are correctly classified and were not fooled
   */
  public record Net(
      double weight,
      long seed,
      Proportion training,
      Proportion test,
      double gradient,
      Proportion robust) {}

  @Override
  public int number() {
    return 15;
  }

  @Override
  public String title() {
    return "Flatten a network";
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
