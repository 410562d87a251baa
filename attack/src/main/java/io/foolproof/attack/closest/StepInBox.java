package io.foolproof.attack.closest;

import io.foolproof.attack.Norm;
import io.foolproof.attack.search.Reach;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;

/** The shortest step onto a linear boundary within the model's box: the projection of FAB. */
final class StepInBox {
  private StepInBox() {}

  /**
   * The shortest step from points onto the boundary that stays in the box; into the corner nearest
   * to the boundary where the box does not reach it.
   *
   * <p>Value j moves by a_j, in the direction that the boundary lies in, and has room r_j there.
   * For L-inf and L2 the shortest step is a_j = min(t v_j, r_j), with v_j = 1 or |w_j|, for the t
   * that reaches the boundary. For L1 the values with the largest |w_j| move first, each as far as
   * there is room.
   *
   * @param boundary as a linear function sees it
   * @param points where the value of the boundary was taken, [lanes, d]
   */
  static Tensor of(Hyperplane boundary, Tensor points, Norm norm, InputSpec input) {
    return switch (norm) {
      case LINF, L2 -> evenly(boundary, points, norm, input);
      case L1 -> inTurn(boundary, points, input);
      case L0, L0_PIXELS -> throw new IllegalStateException("no hyperplane step for L0");
    };
  }

  private static Tensor evenly(Hyperplane boundary, Tensor points, Norm norm, InputSpec input) {
    float[] x = points.toFloats();
    float[] w = boundary.normal().toFloats();
    double[] values = boundary.value().toDoubles();
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

  private static Tensor inTurn(Hyperplane boundary, Tensor points, InputSpec input) {
    Tensor x = points.to(DType.FLOAT64);
    Tensor w = boundary.normal().to(DType.FLOAT64);
    Tensor side = boundary.value().to(DType.FLOAT64).sign().mul(w.sign()).neg();
    Tensor room =
        Tensor.where(side.gt(0), x.neg().add(input.high()), x.sub(input.low())).mul(side.abs());
    return inTurn(boundary.value().to(DType.FLOAT64).abs(), w.abs(), room)
        .mul(side)
        .to(DType.FLOAT32);
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
