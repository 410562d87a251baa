package io.foolproof.defense.detector;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;

/**
 * Where suspicion begins: an image whose score is above it is detected.
 *
 * @param value the largest score that raises no alarm
 */
public record Threshold(double value) {

  /**
   * The smallest threshold that raises alarms on no more than a fraction of clean images.
   *
   * @param clean scores of clean images, and of nothing else
   * @param falseAlarms the fraction, from 0, inclusive, to 1, exclusive
   * @throws InvalidInputException when there are no scores, or none that is finite at the place
   */
  public static Threshold of(double[] clean, double falseAlarms) {
    requireFraction(falseAlarms);
    if (clean.length == 0) {
      throw new InvalidInputException("no clean images, expected 1 or more to set a threshold by");
    }
    double[] sorted = clean.clone();
    Arrays.sort(sorted);
    int allowed = (int) Math.floor(falseAlarms * clean.length);
    double value = sorted[clean.length - 1 - allowed];
    if (!Double.isFinite(value)) {
      throw new InvalidInputException(
          "the score of clean images is %s where the threshold would be: the model's logits are"
                  .formatted(value)
              + " not finite there");
    }
    return new Threshold(value);
  }

  static void requireFraction(double falseAlarms) {
    if (!(falseAlarms >= 0 && falseAlarms < 1)) {
      throw new InvalidInputException(
          "the fraction of false alarms is %s: give 0 or more and less than 1, such as 0.05"
              .formatted(falseAlarms));
    }
  }

  /** Whether an image with this score is detected; one whose score is NaN is. */
  public boolean detects(double score) {
    return !(score <= value);
  }
}
