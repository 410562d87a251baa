package io.foolproof.defense.detector;

import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an attack that knows a detector found for one sample.
 *
 * @param image of the points that are misclassified the least suspicious; where there is none, the
 *     one nearest to being misclassified
 * @param margin how far it is from being misclassified, in logits; negative once it is
 * @param score how suspicious it is
 */
public record Found(float[] image, double margin, double score) {

  /** Nothing yet, of each sample. */
  static Found[] nothing(float[][] images) {
    return Arrays.stream(images)
        .map(image -> new Found(image, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY))
        .toArray(Found[]::new);
  }

  boolean isMisclassified() {
    return margin < 0;
  }

  /** Whether it serves the attacker better than another. */
  private boolean isBetterThan(Found other) {
    if (isMisclassified() != other.isMisclassified()) {
      return isMisclassified();
    }
    return isMisclassified() ? score < other.score : margin < other.margin;
  }

  /**
   * Takes note of new points, where they serve the attacker better.
   *
   * @param best of all samples
   * @param places which of these the new points are of
   * @param x the points: [places, shape...]
   * @param margins of the points
   * @param scores of the points
   */
  static void keep(Found[] best, int[] places, Tensor x, double[] margins, double[] scores) {
    List<Integer> better = new ArrayList<>();
    for (int row = 0; row < places.length; row++) {
      if (new Found(new float[0], margins[row], scores[row]).isBetterThan(best[places[row]])) {
        better.add(row);
      }
    }
    if (better.isEmpty()) {
      return;
    }
    float[] pixels = x.toFloats();
    int d = pixels.length / places.length;
    for (int row : better) {
      float[] image = Arrays.copyOfRange(pixels, row * d, (row + 1) * d);
      best[places[row]] = new Found(image, margins[row], scores[row]);
    }
  }
}
