package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import io.foolproof.study.Timing;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** How little it takes to fool the classifier: gradients and milliseconds. */
public final class NoBrainer implements Figure<NoBrainer.Found> {
  /**
   * What it computes.
   *
   * @param attack its settings
   * @param epsilon L-inf, of pixels in [0, 1]
   * @param fooled of the test images that are correctly classified and were attacked, those that
   *     were fooled; 0 of 1 where none is correctly classified
   * @param gradients how many gradients each fooled image took, ascending
   * @param noise of the same images, those that are misclassified after a random change of the same
   *     L2 norm as their adversarial example, or as epsilon in every pixel where there is none
   * @param oneGradient what one gradient takes for an image alone
   * @param whiteBox attacks of the catalogue that follow the model's gradients
   * @param scores attacks of the catalogue that need the scores of all classes alone
   * @param labels attacks of the catalogue that need the predicted class alone
   */
  public record Found(
      String attack,
      double epsilon,
      Proportion fooled,
      int[] gradients,
      Proportion noise,
      Timing oneGradient,
      int whiteBox,
      int scores,
      int labels) {}

  @Override
  public int number() {
    return 10;
  }

  @Override
  public String title() {
    return "A no-brainer";
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
