package io.foolproof.attack.gradient;

import io.foolproof.attack.Objective;
import io.foolproof.attack.search.L1Ball;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * The steps of APGD in L1: of a few coordinates, as many as two thirds of those that the best point
 * changed, and smaller whenever that number has settled.
 *
 * <p>Croce and Hein: Mind the box, 2021, arXiv 2103.01208, algorithm 1 and section 3.3.
 */
final class ApgdSparse extends ApgdClimb {
  /** Steps between checkpoints, as a share of all. */
  private static final double WINDOW = 0.04;

  private static final double SPARSER = 1.5;
  private static final double SETTLED = 0.95;
  private static final double STEP_DIVISOR = 1.5;
  private static final double SMALLEST_STEP = 0.1;

  private final double epsilon;

  /** The length of a step, as a share of epsilon. */
  private double[] eta;

  /** How many coordinates a step moves. */
  private double[] k;

  /** How many the best point had changed at the last checkpoint. */
  private double[] changedBefore;

  ApgdSparse(Pursuit pursuit, Pursuit.Lanes lanes, Objective objective, Tensor start, int steps) {
    super(pursuit, lanes, objective, start, steps);
    this.epsilon = ((L1Ball) lanes.ball()).radius();
    this.eta = filled(1);
    this.changedBefore = changed();
    this.k = Arrays.stream(changedBefore).map(changed -> changed / SPARSER).toArray();
  }

  @Override
  Tensor step(int turn) {
    L1Ball ball = (L1Ball) lanes.ball();
    double[] length = new double[eta.length];
    for (int lane = 0; lane < length.length; lane++) {
      length[lane] = eta[lane] * epsilon;
    }
    Tensor ascent = ball.sparseStep(x, gradient, k).mul(Rows.column(length, x.rank()));
    return ball.project(x.add(ascent));
  }

  /** Only what the best point changes steers these steps. */
  @Override
  void saw(double[] values) {}

  @Override
  int firstWindow() {
    return Math.max(1, (int) (WINDOW * steps()));
  }

  @Override
  int windowAfter(int window) {
    return window;
  }

  @Override
  boolean[] adapt(int window) {
    double[] changed = changed();
    boolean[] back = new boolean[eta.length];
    for (int lane = 0; lane < back.length; lane++) {
      back[lane] = changed[lane] < SETTLED * changedBefore[lane];
      eta[lane] = back[lane] ? 1 : Math.max(SMALLEST_STEP, eta[lane] / STEP_DIVISOR);
      k[lane] = changed[lane] / SPARSER;
      changedBefore[lane] = changed[lane];
    }
    return back;
  }

  /** How many values of the best point differ from the image, for each lane. */
  private double[] changed() {
    Tensor changes = best.eq(lanes.images()).not();
    return changes.sum(false, Rows.valueDims(changes)).toDoubles();
  }

  @Override
  void select(int[] rows) {
    super.select(rows);
    eta = Rows.select(eta, rows);
    k = Rows.select(k, rows);
    changedBefore = Rows.select(changedBefore, rows);
  }
}
