package io.foolproof.attack.closest;

import io.foolproof.attack.search.Adam;
import io.foolproof.attack.search.ClosestPursuit;
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
  Outcome from(ClosestPursuit.Lanes lanes, Tensor constants, Penalty penalty) {
    Tensor everywhere = Tensor.ones(DType.INT64, lanes.images().shape()).gt(0);
    return from(lanes, constants, penalty, lanes.images(), everywhere);
  }

  /**
   * Descends from points.
   *
   * @param allConstants how much the margin weighs, [lanes, 1]
   * @param start [lanes, d]
   * @param allFree which values may differ from the clean image's, [lanes, d]
   */
  Outcome from(
      ClosestPursuit.Lanes allLanes,
      Tensor allConstants,
      Penalty wholePenalty,
      Tensor start,
      Tensor allFree) {
    ClosestPursuit.Lanes lanes = allLanes;
    // As in a box of width 1.
    Tensor constants = allConstants.mul(wholePenalty.growth(pursuit.width()));
    Penalty penalty = wholePenalty;
    Tensor free = allFree;
    int[] places = IntStream.range(0, lanes.size()).toArray();
    boolean[] fooled = new boolean[lanes.size()];
    float[][] points = Rows.split(start);
    double[] lossBefore = new double[lanes.size()];
    Arrays.fill(lossBefore, Double.POSITIVE_INFINITY);
    Adam adam = new Adam(lanes.images().shape());
    Tensor w = box.variables(start, penalty.inside());
    for (int k = 0; k < steps && lanes.size() > 0; k++) {
      double[] loss;
      boolean[] sufficed;
      try (Scope turn = Scope.open()) {
        Tensor tanh = w.tanh();
        Tensor x = Tensor.where(free, box.images(tanh), lanes.images());
        Tensor delta = x.sub(lanes.images());
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        Tensor suffices = penalty.suffices(delta);
        sufficed = at.fooled().and(suffices).toBooleans();
        boolean[] met = penalty.stops() ? sufficed : at.fooled().toBooleans();
        keep(fooled, points, places, met, x);
        Tensor hinge = at.margin().relu();
        loss = penalty.value(delta).add(constants.squeeze(1).mul(hinge.detach())).toDoubles();
        Tensor pull = at.gradient(hinge).mul(constants);
        Tensor gradient = box.chained(penalty.gradient(delta).add(pull), tanh);
        Tensor down = adam.direction(turn, gradient).mul(penalty.pace().mul(step));
        w = turn.replace(w, w.sub(down));
      }
      boolean check = (k + 1) % Math.max(1, steps / 10) == 0;
      int[] rows = goingOn(sufficed, check, loss, lossBefore, places);
      if (rows.length < lanes.size()) {
        lanes = lanes.rows(rows);
        constants = constants.rows(rows);
        penalty = penalty.rows(rows);
        free = free.rows(rows);
        w = w.rows(rows);
        adam.keepRows(rows);
        int[] before = places;
        places = IntStream.of(rows).map(row -> before[row]).toArray();
      }
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

  /** The lanes that have not met what suffices and, where that is checked, make progress. */
  private static int[] goingOn(
      boolean[] sufficed, boolean check, double[] loss, double[] lossBefore, int[] places) {
    int[] rows =
        IntStream.range(0, loss.length)
            .filter(
                lane ->
                    !sufficed[lane] && (!check || loss[lane] < lossBefore[places[lane]] * PROGRESS))
            .toArray();
    if (check) {
      for (int row : rows) {
        lossBefore[places[row]] = loss[row];
      }
    }
    return rows;
  }
}
