package io.foolproof.audit;

import io.foolproof.attack.Distances;
import org.jspecify.annotations.Nullable;

/**
 * One sample of an audit.
 *
 * @param index the sample's index in its data set
 * @param label its right class
 * @param prediction the model's class for the clean image; -1 where the verdict is an error
 * @param confidence the model's probability of that class
 * @param verdict what is known of it
 * @param witness the adversarial example, where it was fooled; where every attack looked for the
 *     closest, it may be farther than epsilon, and the verdict unknown
 */
public record SampleVerdict(
    long index,
    int label,
    int prediction,
    double confidence,
    Verdict verdict,
    @Nullable Witness witness) {

  /**
   * An adversarial example that was replayed.
   *
   * @param attack the name of the attack that found it
   * @param image its pixels, in the model's box
   * @param prediction the class it is taken for
   * @param confidence the model's probability of that class
   * @param distances how far it is from the clean image
   * @param survivesRounding whether it still fools as an 8-bit image, each value at the nearest of
   *     256 levels
   */
  public record Witness(
      String attack,
      float[] image,
      int prediction,
      double confidence,
      Distances distances,
      boolean survivesRounding) {}
}
