package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Each lane's decision boundary as a linear function sees it: the points x + d with value + normal
 * . d = 0, around the point x where it was taken.
 *
 * @param value how far the lane is from being fooled, negative once it is: [lanes, 1]
 * @param normal the gradient of that: [lanes, d]
 */
record Hyperplane(Tensor value, Tensor normal) {

  /** Where there are more classes than this, the others are seldom the nearest. */
  private static final int MOST_RIVALS = 9;

  /**
   * The classes to consider: those with the largest logits at the clean images, best first. For a
   * targeted goal there is one, the target, whose boundary is with the best other class.
   *
   * @param most how many at most
   * @return one tensor [lanes] a rival
   */
  static List<Tensor> rivals(ClosestPursuit pursuit, ClosestPursuit.Lanes lanes, int most) {
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

  static List<Tensor> rivals(ClosestPursuit pursuit, ClosestPursuit.Lanes lanes) {
    return rivals(pursuit, lanes, MOST_RIVALS);
  }

  /**
   * The boundary of the nearest rival, measured by the dual norm of the gradients; across a random
   * direction where they vanish.
   */
  static Hyperplane nearest(ClosestPursuit.Evaluation at, List<Tensor> rivals) {
    List<Tensor> values = new ArrayList<>();
    for (Tensor rival : rivals) {
      values.add(value(at, rival));
    }
    List<Tensor> normals = at.gradients(values);
    Norm dual = at.pursuit().norm().dual();
    Hyperplane nearest = new Hyperplane(values.get(0).detach().unsqueeze(1), normals.get(0));
    for (int k = 1; k < values.size(); k++) {
      Hyperplane other = new Hyperplane(values.get(k).detach().unsqueeze(1), normals.get(k));
      Tensor closer = other.distance(dual).lt(nearest.distance(dual));
      nearest =
          new Hyperplane(
              Tensor.where(closer, other.value, nearest.value),
              Tensor.where(closer, other.normal, nearest.normal));
    }
    return new Hyperplane(
        nearest.value, Pursuit.withDirection(nearest.normal, at.lanes().streams()));
  }

  /** What separates a lane from its rival: for a targeted goal, from the best other class. */
  private static Tensor value(ClosestPursuit.Evaluation at, Tensor rival) {
    if (at.pursuit().goal() instanceof Goal.Targeted) {
      return at.margin();
    }
    Tensor own = at.logits().gather(1, at.lanes().labels().unsqueeze(1));
    return own.sub(at.logits().gather(1, rival.unsqueeze(1))).squeeze(1);
  }

  private Tensor distance(Norm dual) {
    return value.abs().div(dualLength(dual));
  }

  private Tensor dualLength(Norm dual) {
    return Rows.norm(normal, dual).clamp(Rows.SHORTEST, Double.POSITIVE_INFINITY);
  }

  /** The same boundary as seen from other points, which are this far from where it was taken. */
  Hyperplane from(Tensor offset) {
    return new Hyperplane(value.add(normal.mul(offset).sum(true, 1)), normal);
  }

  /** The shortest step onto the boundary where there is no box, L-inf or L2: [lanes, d]. */
  Tensor step(Norm norm) {
    Tensor direction = norm == Norm.LINF ? normal.sign() : Rows.unit(normal, Norm.L2);
    return direction.mul(distance(norm.dual())).neg();
  }

  /**
   * The shortest step from points onto the boundary that stays in the box; into the corner nearest
   * to the boundary where the box does not reach it.
   *
   * <p>Value j moves by a_j, in the direction that the boundary lies in, and has room r_j there.
   * For L-inf and L2 the shortest step is a_j = min(t v_j, r_j), with v_j = 1 or |w_j|, for the t
   * that reaches the boundary: piecewise linear in t, it bends at r_j / v_j. For L1 the values with
   * the largest |w_j| move first, each as far as there is room.
   *
   * @param points where the value of this hyperplane was taken, [lanes, d]
   */
  Tensor stepInBox(Tensor points, Norm norm, InputSpec input) {
    Tensor x = points.to(DType.FLOAT64);
    Tensor w = normal.to(DType.FLOAT64);
    Tensor side = value.to(DType.FLOAT64).sign().mul(w.sign()).neg();
    Tensor room =
        Tensor.where(side.gt(0), x.neg().add(input.high()), x.sub(input.low())).mul(side.abs());
    Tensor gain = w.abs();
    Tensor needed = value.to(DType.FLOAT64).abs();
    Tensor moves =
        switch (norm) {
          case LINF -> evenly(needed, gain, Tensor.ones(DType.FLOAT64, gain.shape()), room);
          case L2 -> evenly(needed, gain, gain, room);
          case L1 -> inTurn(needed, gain, room);
          case FLOW -> throw Norm.notOfValues();
          case L0 -> throw new IllegalStateException("no hyperplane step for L0");
        };
    return moves.mul(side).to(DType.FLOAT32);
  }

  /** a_j = min(t v_j, r_j) with sum gain_j a_j = needed. */
  private static Tensor evenly(Tensor needed, Tensor gain, Tensor speed, Tensor room) {
    Tensor.Sorted bends =
        room.div(speed.clamp(Double.MIN_NORMAL, Double.POSITIVE_INFINITY)).sort(1, false);
    Tensor order = bends.indices();
    Tensor slopes = gain.mul(speed).gather(1, order);
    Tensor full = gain.mul(room).gather(1, order).cumsum(1);
    // While t grows past bend j, the first j values are full and the others still grow.
    Tensor slopeAfter =
        slopes.sum(true, 1).sub(slopes.cumsum(1)).clamp(0, Double.POSITIVE_INFINITY);
    Tensor atBend = full.add(slopeAfter.mul(bends.values()));
    long d = gain.size(1);
    Tensor passed = atBend.lt(needed).to(DType.INT64).sum(true, 1);
    Tensor one = Tensor.ones(DType.INT64);
    Tensor before = passed.sub(one).maximum(Tensor.zeros(DType.INT64));
    Tensor any = passed.gt(0);
    Tensor zero = Tensor.zeros(DType.FLOAT64);
    Tensor fullBefore = Tensor.where(any, full.gather(1, before), zero);
    Tensor slope = Tensor.where(any, slopeAfter.gather(1, before), slopes.sum(true, 1));
    Tensor t = needed.sub(fullBefore).div(slope);
    Tensor beyond = passed.ge(Tensor.full((double) d, DType.INT64)).or(slope.gt(0).not());
    return Tensor.where(beyond, room, t.mul(speed).minimum(room));
  }

  private static Tensor inTurn(Tensor needed, Tensor gain, Tensor room) {
    Tensor order = gain.sort(1, true).indices();
    Tensor sortedGain = gain.gather(1, order);
    Tensor sortedRoom = room.gather(1, order);
    Tensor possible = sortedGain.mul(sortedRoom);
    Tensor left = needed.sub(possible.cumsum(1).sub(possible));
    Tensor wanted = left.div(sortedGain.clamp(Double.MIN_NORMAL, Double.POSITIVE_INFINITY));
    Tensor moves = wanted.clamp(Tensor.zeros(DType.FLOAT64), sortedRoom);
    return Tensor.zeros(DType.FLOAT64, gain.shape()).scatter(1, order, moves);
  }
}
