package io.foolproof.attack.closest;

import io.foolproof.attack.search.Adam;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.PerLane;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The descent that the Carlini and Wagner attacks repeat: on a penalty plus a constant times the
 * margin, by Adam, in variables that cannot leave the box.
 *
 * <p>Each lane stops by itself, at a point that suffices, or once a tenth of the steps brought no
 * progress.
 *
 * @param steps gradient steps at most
 * @param step the learning rate
 */
record CwDescent(ClosestPursuit pursuit, TanhBox box, int steps, double step) {
  private static final double PROGRESS = 0.9999;

  /**
   * How the descents ended.
   *
   * @param fooled whether an adversarial point was met, or one that suffices where the penalty asks
   *     for such
   * @param points the last of those points, [lanes, d]; the start where there was none
   */
  record Outcome(boolean[] fooled, Tensor points) {}

  /** Descends from the clean images, free to change every value. */
  Outcome from(Lanes lanes, Tensor constants, Penalty penalty) {
    Tensor everywhere = Tensor.ones(DType.INT64, lanes.images().shape()).gt(0);
    return from(lanes, constants, penalty, lanes.images(), everywhere);
  }

  /**
   * Descends from points.
   *
   * @param weights how much the margin weighs, [lanes, 1]
   * @param start [lanes, d]
   * @param mayChange which values may differ from the clean image's, [lanes, d]
   */
  Outcome from(Lanes all, Tensor weights, Penalty wholePenalty, Tensor start, Tensor mayChange) {
    Lanes lanes = all.apart();
    // As in a box of width 1.
    LaneTensor constants = lanes.hold(weights.mul(wholePenalty.growth(pursuit.width())));
    PerLane<Penalty> penalties = lanes.hold(wholePenalty, Penalty::rows);
    LaneTensor free = lanes.hold(mayChange);
    PerLane<int[]> places = lanes.hold(IntStream.range(0, lanes.size()).toArray());
    boolean[] fooled = new boolean[lanes.size()];
    float[][] points = Rows.split(start);
    PerLane<double[]> lossBefore = lanes.hold(new double[lanes.size()]);
    Arrays.fill(lossBefore.get(), Double.POSITIVE_INFINITY);
    Adam adam = new Adam(lanes, lanes.images().shape());
    LaneTensor w = lanes.hold(box.variables(start, wholePenalty.inside()));
    for (int k = 0; k < steps && pursuit.goesOn(lanes); k++) {
      Penalty penalty = penalties.get();
      double[] loss;
      boolean[] sufficed;
      try (Scope turn = Scope.open()) {
        Tensor tanh = w.get().tanh();
        Tensor x = Tensor.where(free.get(), box.images(tanh), lanes.images());
        Tensor delta = x.sub(lanes.images());
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        Tensor suffices = penalty.suffices(delta);
        sufficed = at.fooled().and(suffices).toBooleans();
        boolean[] met = penalty.stops() ? sufficed : at.fooled().toBooleans();
        keep(fooled, points, places.get(), met, x);
        Tensor hinge = at.margin().relu();
        loss = penalty.value(delta).add(constants.get().squeeze(1).mul(hinge.detach())).toDoubles();
        Tensor pull = at.gradient(hinge).mul(constants.get());
        Tensor gradient = box.chained(penalty.gradient(delta).add(pull), tanh);
        Tensor down = adam.direction(turn, gradient).mul(penalty.pace().mul(step));
        w.set(turn, w.get().sub(down));
      }
      boolean check = (k + 1) % Math.max(1, steps / 10) == 0;
      lanes.drop(done(sufficed, check, loss, lossBefore.get()));
    }
    return new Outcome(fooled, Rows.stack(points, start.shape()));
  }

  private static void keep(
      boolean[] fooled, float[][] points, int[] places, boolean[] met, Tensor x) {
    float[][] rows = Rows.split(x);
    for (int lane = 0; lane < met.length; lane++) {
      if (met[lane]) {
        fooled[places[lane]] = true;
        points[places[lane]] = rows[lane];
      }
    }
  }

  /** Whether a lane has met what suffices or, where that is checked, makes no progress. */
  private static boolean[] done(
      boolean[] sufficed, boolean check, double[] loss, double[] lossBefore) {
    boolean[] done = sufficed.clone();
    if (check) {
      for (int lane = 0; lane < done.length; lane++) {
        // A loss that is not finite makes no progress either.
        boolean progress = loss[lane] < lossBefore[lane] * PROGRESS;
        done[lane] |= !progress;
        lossBefore[lane] = loss[lane];
      }
    }
    return done;
  }
}
