package io.foolproof.attack.search;

import io.foolproof.tensor.Tensor;

/** Margins that do not depend on the scale of the logits. */
public final class Constraint {
  /** Keeps the ratio finite where the first and the third logit tie. */
  private static final double FLOOR = 1e-4;

  private Constraint() {}

  /**
   * The margin over the gap between the largest and the third largest logit, [lanes]; the margin
   * itself where there are only two, of which the ratio would always be 1.
   */
  public static Tensor ratio(ClosestPursuit.Evaluation at) {
    if (at.pursuit().classes() < 3) {
      return at.margin();
    }
    Tensor sorted = at.logits().sort(1, true).values();
    Tensor gap = sorted.slice(1, 0, 1, 1).sub(sorted.slice(1, 2, 3, 1)).squeeze(1);
    return at.margin().div(gap.add(FLOOR));
  }
}
