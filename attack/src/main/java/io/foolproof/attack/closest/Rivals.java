package io.foolproof.attack.closest;

import io.foolproof.attack.Goal;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** The classes whose decision boundaries an attack considers. */
final class Rivals {
  /** Of more classes than this, the rest are rarely the nearest. */
  private static final int USUAL = 9;

  private Rivals() {}

  /**
   * The classes to consider: those with the largest logits at the clean images, best first. For a
   * targeted goal there is one, the target, whose boundary is with the best other class.
   *
   * @param most how many at most
   * @return one tensor [lanes] a rival
   */
  static List<Tensor> of(ClosestPursuit pursuit, Lanes lanes, int most) {
    if (pursuit.goal() instanceof Goal.Targeted) {
      return List.of(pursuit.goal().referenceClass(lanes.labels()));
    }
    Tensor logits = pursuit.evaluate(lanes, lanes.images()).logits().detach();
    Tensor others = logits.scatter(1, lanes.labels().unsqueeze(1), Double.NEGATIVE_INFINITY);
    Tensor ranked = others.sort(1, true).indices();
    int count = Math.min(most, pursuit.classes() - 1);
    return IntStream.range(0, count)
        .mapToObj(k -> ranked.slice(1, k, k + 1, 1).squeeze(1))
        .toList();
  }

  /** As {@link #of(ClosestPursuit, Lanes, int)}, of those that are likely to be the nearest. */
  static List<Tensor> of(ClosestPursuit pursuit, Lanes lanes) {
    return of(pursuit, lanes, USUAL);
  }
}
