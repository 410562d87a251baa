package io.foolproof.attack.closest;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
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
  static List<Tensor> rivals(ClosestPursuit pursuit, Lanes lanes, int most) {
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

  static List<Tensor> rivals(ClosestPursuit pursuit, Lanes lanes) {
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
    return at.pursuit().goal() instanceof Goal.Targeted ? at.margin() : at.marginTo(rival);
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
   * that reaches the boundary. For L1 the values with the largest |w_j| move first, each as far as
   * there is room.
   *
   * @param points where the value of this hyperplane was taken, [lanes, d]
   */
  Tensor stepInBox(Tensor points, Norm norm, InputSpec input) {
    return switch (norm) {
      case LINF, L2 -> evenly(points, norm, input);
      case L1 -> inTurn(points, input);
      case L0 -> throw new IllegalStateException("no hyperplane step for L0");
    };
  }

  private Tensor evenly(Tensor points, Norm norm, InputSpec input) {
    float[] x = points.toFloats();
    float[] w = normal.toFloats();
    double[] values = value.toDoubles();
    int d = x.length / Math.max(1, values.length);
    double[] room = new double[d];
    Reach reach = new Reach(d);
    float[] moves = new float[x.length];
    for (int lane = 0; lane < values.length; lane++) {
      int from = lane * d;
      double up = -Math.signum(values[lane]);
      reach.clear();
      for (int j = 0; j < d; j++) {
        double gain = Math.abs(w[from + j]);
        boolean isUp = up * w[from + j] > 0;
        room[j] = isUp ? input.high() - x[from + j] : x[from + j] - input.low();
        reach.add(gain, norm == Norm.LINF ? Math.signum(gain) : gain, room[j]);
      }
      double t = reach.of(Math.abs(values[lane]));
      for (int j = 0; j < d; j++) {
        double side = up * Math.signum(w[from + j]);
        double speed = norm == Norm.LINF ? 1 : Math.abs(w[from + j]);
        moves[from + j] = side == 0 ? 0 : (float) (side * Math.min(t * speed, room[j]));
      }
    }
    return Tensor.of(moves, points.shape());
  }

  /** How far values with gains, speeds and room must move in all. */
  private static final class Reach {
    /** When each value that still moves has no room left, what it gains by then, and how fast. */
    private final double[] end;

    private final double[] whole;
    private final double[] rate;
    private int moving;
    private double most;

    Reach(int values) {
      this.end = new double[values];
      this.whole = new double[values];
      this.rate = new double[values];
    }

    void clear() {
      moving = 0;
      most = 0;
    }

    /** One more value; without room, or speed, it does not matter. */
    void add(double gain, double speed, double room) {
      end[moving] = room / speed;
      whole[moving] = gain * room;
      rate[moving] = gain * speed;
      boolean moves = speed > 0 && room > 0;
      most += moves ? whole[moving] : 0;
      moving += moves ? 1 : 0;
    }

    /**
     * The t for which the sum of gain_j min(t speed_j, room_j) is what is needed, or the largest
     * number. The sum is concave in t and made of straight pieces, so that Newton's steps from 0
     * rise to the t and end there after a few; what has no room left at one step has none at the
     * next.
     */
    double of(double needed) {
      double t = 0;
      while (true) {
        double slope = 0;
        double open = 0;
        for (int j = 0; j < moving; j++) {
          slope += rate[j];
          open += whole[j];
        }
        if (moving == 0) {
          return needed > most ? Double.MAX_VALUE : t;
        }
        double next = (needed - (most - open)) / slope;
        if (!(next > t)) {
          return t;
        }
        t = next;
        dropEnded(t);
      }
    }

    /** Without a branch on whether a value has ended, which no processor could foresee. */
    private void dropEnded(double t) {
      int left = 0;
      for (int j = 0; j < moving; j++) {
        double ends = end[j];
        end[left] = ends;
        whole[left] = whole[j];
        rate[left] = rate[j];
        left += ends > t ? 1 : 0;
      }
      moving = left;
    }
  }

  private Tensor inTurn(Tensor points, InputSpec input) {
    Tensor x = points.to(DType.FLOAT64);
    Tensor w = normal.to(DType.FLOAT64);
    Tensor side = value.to(DType.FLOAT64).sign().mul(w.sign()).neg();
    Tensor room =
        Tensor.where(side.gt(0), x.neg().add(input.high()), x.sub(input.low())).mul(side.abs());
    return inTurn(value.to(DType.FLOAT64).abs(), w.abs(), room).mul(side).to(DType.FLOAT32);
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
