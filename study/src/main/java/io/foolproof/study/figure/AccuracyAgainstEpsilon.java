package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** How the accuracy falls with the size of the change, for attackers who know less and less. */
public final class AccuracyAgainstEpsilon implements Figure<AccuracyAgainstEpsilon.Found> {
  /**
   * What it computes.
   *
   * @param epsilons L-inf, of pixels in [0, 1], ascending, 0 first
   * @param curves gradients, scores, labels, and noise, in this order
   */
  public record Found(double[] epsilons, List<Curve> curves) {
    /** Copies the list. */
    public Found {
      curves = List.copyOf(curves);
    }
  }

  /**
   * What an attacker leaves.
   *
   * @param knows {@code gradients}, {@code scores}, {@code labels} or {@code nothing}, which is
   *     noise
   * @param attack its settings
   * @param remaining for each epsilon, the images that are correctly classified and were not fooled
   *     within it
   * @param images how many were attacked
   */
  public record Curve(String knows, String attack, int[] remaining, int images) {

    /** What remains at an epsilon. */
    public Proportion at(int epsilon) {
      return new Proportion(remaining[epsilon], images);
    }
  }

  @Override
  public int number() {
    return 11;
  }

  @Override
  public String title() {
    return "Accuracy against epsilon";
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
