package io.foolproof.audit.hull;

import org.jspecify.annotations.Nullable;

/**
 * What became of one query of a hull study when it was attacked.
 *
 * @param place the query's place among the queries
 * @param outcome how it ended
 * @param prediction the model's class for the query as it is; -1 for none
 * @param fooled where it went, if it was fooled
 */
public record FoolingFinding(int place, Outcome outcome, int prediction, @Nullable Fooled fooled) {

  /** How the attack on one query ended. */
  public enum Outcome {
    /** The model is wrong without any attack. */
    MISCLASSIFIED,
    /** The attack did not succeed, which proves nothing. */
    STANDING,
    /** The attack succeeded, but not with an 8-bit image, or it did not hold when replayed. */
    NOT_REPLAYED,
    /** Fooled, by an image of the queries' own kind, which was replayed. */
    FOOLED,
    /** The model answered with something that is not a number. */
    NOT_A_NUMBER
  }

  /**
   * A fooled query: how far its adversarial image and the control are from the hull.
   *
   * @param label its class
   * @param change the Euclidean length of the change to the adversarial image, in pixels
   * @param boundary the smallest epsilon found at which the attack succeeds; null where it was not
   *     looked for
   * @param cleanDistance of the query to the hull
   * @param cleanProjected the model's class for the clean image's nearest hull point; -1 for none
   * @param adversarial the adversarial image
   * @param noise the image with random noise of the same length; null where no noise of that length
   *     fits into the box
   */
  public record Fooled(
      int label,
      double change,
      @Nullable Double boundary,
      double cleanDistance,
      int cleanProjected,
      Moved adversarial,
      @Nullable Moved noise) {}

  /**
   * A query after a change.
   *
   * @param hull where it lies
   * @param prediction the model's class
   * @param projected the model's class for the nearest hull point, as a mixture of training images;
   *     -1 where such a mixture is no hull point of the space, or there is no class
   * @param image its pixels, of the first queries only
   */
  public record Moved(HullFinding hull, int prediction, int projected, float @Nullable [] image) {}
}
