package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** Linear classifiers that are made flatter and flatter, in closed form, with exact distances. */
public final class RidgeByHand implements Figure<RidgeByHand.Found> {
  /**
   * What it computes.
   *
   * @param classNames by class
   * @param shape of an image, [channels, height, width]
   * @param solutions one for each weight of the penalty, ascending
   * @param checks exact distances held against those that an attack found
   */
  public record Found(
      List<String> classNames, int[] shape, List<Solution> solutions, List<Check> checks) {
    /** Copies the lists. */
    public Found {
      classNames = List.copyOf(classNames);
      solutions = List.copyOf(solutions);
      checks = List.copyOf(checks);
    }
  }

  /**
   * Ridge regression with one weight.
   *
   * @param lambda the weight of the squared slope, in the unit of the images' scatter
   * @param degreesOfFreedom the effective number of parameters of each class, without the intercept
   * @param training misclassified training images
   * @param test misclassified test images
   * @param slope the Frobenius norm of all classes' weights
   * @param gradient the mean over test images of the L2 norm of the gradient of the margin
   * @param l2 the median over the correctly classified test images of the exact L2 distance to the
   *     decision boundary, of pixels that stay in [0, 1]; NaN where there are none
   * @param linf the same in L-inf
   * @param images the weights of each class, divided by the largest absolute value of all and
   *     multiplied by 127: [classes][pixels], -127 to 127; empty where they are not shown
   */
  public record Solution(
      double lambda,
      double degreesOfFreedom,
      Proportion training,
      Proportion test,
      double slope,
      double gradient,
      double l2,
      double linf,
      int[][] images) {}

  /**
   * An attack that looks for the closest adversarial examples, held against the exact distances.
   *
   * @param lambda of the solution that was attacked
   * @param norm {@code l2} or {@code linf}
   * @param attack its settings
   * @param images correctly classified images that were attacked
   * @param medianRatio the median of the distance found over the exact one
   * @param leastRatio the least of these: below 1 by rounding alone
   * @param mostRatio the largest of these; infinite where the attack found nothing
   */
  public record Check(
      double lambda,
      String norm,
      String attack,
      int images,
      double medianRatio,
      double leastRatio,
      double mostRatio) {}

  @Override
  public int number() {
    return 14;
  }

  @Override
  public String title() {
    return "Ridge by hand";
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
