package io.foolproof.attack.gradient;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Objective;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The classes that a multi-targeted attack tries for each sample, in order.
 *
 * @param goal what counts as success
 * @param order classes by rank, for each place in the micro-batch
 * @param count how many classes each sample has here
 */
record RunnersUp(Goal goal, int[][] order, int count) {
  /** The classes whose gradients are taken to order them, of models with many classes. */
  private static final int MOST_GRADIENTS = 100;

  /**
   * All classes but the label, the likeliest on the clean image first, or where the samples begin;
   * or the goal's class.
   */
  static RunnersUp of(Pursuit pursuit, Goal goal) {
    if (goal instanceof Goal.Targeted targeted) {
      int[][] order = new int[pursuit.samples().size()][];
      Arrays.fill(order, new int[] {targeted.target()});
      return new RunnersUp(goal, order, 1);
    }
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      Tensor logits = pursuit.logits(lanes, pursuit.start(lanes, 0, lanes.images()));
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
      return new RunnersUp(goal, order, classes - 1);
    }
  }

  /**
   * The likeliest of these classes, those first whose boundaries would be nearest if the model were
   * linear: by the difference of the logits over the dual norm of its gradient.
   */
  RunnersUp nearestFirst(Pursuit pursuit) {
    int most = Math.min(count, MOST_GRADIENTS);
    if (most == 1) {
      return this;
    }
    int[][] nearest = order.clone();
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      Tensor points = pursuit.start(lanes, 0, lanes.images());
      List<double[]> distances = new ArrayList<>();
      for (int rank = 0; rank < most && lanes.size() > 0; rank++) {
        distances.add(distances(pursuit, lanes, points, rank));
      }
      for (int lane = 0; lane < lanes.size(); lane++) {
        int at = lane;
        int[] likeliest = order[lanes.members()[lane]];
        nearest[lanes.members()[lane]] =
            IntStream.range(0, most)
                .boxed()
                .sorted(Comparator.comparingDouble(rank -> distances.get(rank)[at]))
                .mapToInt(rank -> likeliest[rank])
                .toArray();
      }
    }
    return new RunnersUp(goal, nearest, most);
  }

  /** How far each lane's boundary with the class of a rank would be. */
  private double[] distances(Pursuit pursuit, BallLanes lanes, Tensor points, int rank) {
    try (Scope scope = Scope.open()) {
      Pursuit.Slope lead = pursuit.slope(lanes, points, towards(lanes, rank, Loss.MARGIN));
      double[] steepness = Rows.norm(lead.gradient(), pursuit.norm().dual()).toDoubles();
      double[] distances = new double[steepness.length];
      for (int lane = 0; lane < distances.length; lane++) {
        distances[lane] = -lead.values()[lane] / steepness[lane];
      }
      return distances;
    }
  }

  /**
   * A loss towards the class that has a rank, from 0, on each lane; under a targeted goal that of
   * the goal, which is only reached where the class is ahead of all others, not of the label alone.
   */
  Objective towards(BallLanes lanes, int rank, Loss loss) {
    if (goal instanceof Goal.Targeted) {
      return loss.towards(goal);
    }
    int[] classes = Arrays.stream(lanes.members()).map(member -> order[member][rank]).toArray();
    LaneTensor targets = lanes.hold(Tensor.ofInts(classes));
    return (logits, labels) -> loss.between(logits, labels, targets.get());
  }
}
