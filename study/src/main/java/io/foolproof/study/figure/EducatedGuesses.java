package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** Models that are chosen well instead of being large, and one that learns nothing at all. */
public final class EducatedGuesses implements Figure<EducatedGuesses.Found> {
  /**
   * What it computes.
   *
   * @param guesses from the fewest learned numbers to the most
   * @param attacks the settings of the attacks that looked for the closest adversarial examples in
   *     L2 and in L-inf
   * @param costs what a thresholding layer costs on images that are not as those it was made for
   */
  public record Found(List<Guess> guesses, List<String> attacks, List<Cost> costs) {
    /** Copies the lists. */
    public Found {
      guesses = List.copyOf(guesses);
      attacks = List.copyOf(attacks);
      costs = List.copyOf(costs);
    }
  }

  /**
   * A model.
   *
   * @param name as in the catalogue of fitted models, or the network's
   * @param summary what decides, in a line
   * @param learned how many numbers are learned from images; of models that keep images, their
   *     pixels
   * @param trained whether it is a network that was trained by gradients
   * @param errors misclassified test images
   * @param attacked correctly classified test images that were attacked
   * @param l2 the median of the L2 distances of the closest adversarial examples that were found,
   *     of pixels in [0, 1]; infinite where most images were not fooled, NaN where none was
   *     attacked
   * @param linf the same in L-inf
   */
  public record Guess(
      String name,
      String summary,
      long learned,
      boolean trained,
      Proportion errors,
      int attacked,
      double l2,
      double linf) {}

  /**
   * Changed test images, classified by a net and by the same net behind a thresholding layer.
   *
   * @param images {@code as they are}, {@code dim} (all pixels times 0.4) or {@code inverted}
   *     (black and white exchanged)
   * @param plain images that the net misclassifies
   * @param threshold images that it misclassifies behind the layer
   */
  public record Cost(String images, Proportion plain, Proportion threshold) {}

  @Override
  public int number() {
    return 16;
  }

  @Override
  public String title() {
    return "Educated guesses";
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
