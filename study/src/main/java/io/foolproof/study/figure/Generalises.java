package io.foolproof.study.figure;

import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.util.List;

/** Accuracy and confidence of the model against distance to the hull of the training images. */
public final class Generalises implements Figure<Generalises.Found> {

  /**
   * What it computes. Distances are Euclidean, in pixels of [0, 1].
   *
   * @param model the name of the model
   * @param images training images, which span the hull
   * @param tested test images
   * @param inside how many of them lie inside the hull, certified
   * @param rejected how many certificates did not hold when they were checked; 0 unless there is an
   *     error in the program
   * @param distance of each test image to the hull, in their order; 0 inside
   * @param neighbour distance of each to the nearest training image
   * @param confidence probability of the predicted class, of each
   * @param correct whether each is classified correctly
   * @param deciles ten groups of test images by distance, nearest first, as equal in size as can be
   */
  public record Found(
      String model,
      int images,
      int tested,
      int inside,
      int rejected,
      double[] distance,
      double[] neighbour,
      double[] confidence,
      boolean[] correct,
      List<Decile> deciles) {
    /** Copies the list. */
    public Found {
      deciles = List.copyOf(deciles);
    }
  }

  /**
   * A tenth of the test images.
   *
   * @param from smallest distance to the hull among them
   * @param to largest
   * @param count how many
   * @param correct how many of them are classified correctly
   * @param low lower end of the 95 % interval of the accuracy (Wilson)
   * @param high its upper end
   * @param confidence mean probability of the predicted class
   */
  public record Decile(
      double from,
      double to,
      int count,
      int correct,
      double low,
      double high,
      double confidence) {}

  @Override
  public int number() {
    return 8;
  }

  @Override
  public String title() {
    return "Outside, and correct";
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
