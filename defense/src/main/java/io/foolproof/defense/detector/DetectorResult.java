package io.foolproof.defense.detector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a detector is worth.
 *
 * @param detector with its settings
 * @param threshold by clean validation images alone
 * @param clean scores of the clean test images, in their order
 * @param plain against an attack that does not know the detector
 * @param adaptive against one that does; null where that was not measured
 */
public record DetectorResult(
    Detector detector,
    Threshold threshold,
    double[] clean,
    Attacked plain,
    @Nullable Attacked adaptive) {

  /** How many clean test images raise an alarm. */
  public int falseAlarms() {
    return (int) Arrays.stream(clean).filter(threshold::detects).count();
  }

  /**
   * What an attack achieved on the test images that are classified correctly.
   *
   * @param places of these images among all
   * @param scores of what was found for each; NaN where it is not misclassified
   * @param undetected how many are misclassified and not detected: where the attack succeeds
   * @param auc the area under the ROC curve: how often a misclassified image has a larger score
   *     than a clean test image, ties counting one half; NaN where none is misclassified
   */
  public record Attacked(int[] places, double[] scores, int undetected, double auc) {

    static Attacked of(int[] places, double[] scores, Threshold threshold, double[] clean) {
      double[] misclassified = Arrays.stream(scores).filter(s -> !Double.isNaN(s)).toArray();
      int undetected =
          (int) Arrays.stream(misclassified).filter(s -> !threshold.detects(s)).count();
      return new Attacked(places, scores, undetected, area(misclassified, clean));
    }

    /** How many images were attacked. */
    public int attacked() {
      return scores.length;
    }

    /** How many are misclassified, detected or not. */
    public int misclassified() {
      return (int) Arrays.stream(scores).filter(s -> !Double.isNaN(s)).count();
    }

    /** How many of the misclassified are detected. */
    public int detected() {
      return misclassified() - undetected;
    }

    private static double area(double[] adversarial, double[] clean) {
      double pairs = 0;
      for (double one : adversarial) {
        for (double other : clean) {
          pairs += one > other ? 1 : one == other ? 0.5 : 0;
        }
      }
      return pairs / ((double) adversarial.length * clean.length);
    }
  }
}
