package io.foolproof.attack;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The classes that a multi-targeted attack tries for each sample, in order.
 *
 * @param order classes by rank, for each place in the micro-batch
 * @param count how many classes each sample has here
 */
record RunnersUp(int[][] order, int count) {

  /** All classes but the right one, the likeliest on the clean image first; or the goal's class. */
  static RunnersUp of(Pursuit pursuit, Goal goal) {
    if (goal instanceof Goal.Targeted targeted) {
      int[][] order = new int[pursuit.samples().size()][];
      Arrays.fill(order, new int[] {targeted.target()});
      return new RunnersUp(order, 1);
    }
    try (Scope scope = Scope.open()) {
      Pursuit.Lanes lanes = pursuit.standing(0);
      Tensor logits = pursuit.logits(lanes, lanes.images());
      int classes = (int) logits.size(1);
      double[] scores = logits.toDoubles();
      int[][] order = new int[lanes.size()][];
      for (int i = 0; i < order.length; i++) {
        int from = i * classes;
        int label = pursuit.samples().labels()[i];
        order[i] =
            IntStream.range(0, classes)
                .filter(k -> k != label)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -scores[from + k]))
                .mapToInt(k -> k)
                .toArray();
      }
      return new RunnersUp(order, classes - 1);
    }
  }

  /** The class of a rank, from 0, for each lane: [lanes]. */
  Tensor targets(Pursuit.Lanes lanes, int rank) {
    return Tensor.ofInts(
        Arrays.stream(lanes.members()).map(member -> order[member][rank]).toArray());
  }
}
