package io.foolproof.attack.gradient;

import io.foolproof.attack.Objective;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Tensor;

/**
 * The steps of APGD in L-inf and L2: with momentum, from 2 epsilon, halved where progress stalls.
 *
 * <p>Croce and Hein 2020, arXiv 2003.01690, algorithm 1 and section 3.2.
 */
final class ApgdMomentum extends ApgdClimb {
  private static final double ALPHA = 0.75;
  private static final double RHO = 0.75;

  /** Checkpoints as shares of all steps: the first, how much sooner each next one, the soonest. */
  private static final double FIRST = 0.22;

  private static final double SOONER = 0.03;
  private static final double SOONEST = 0.06;

  private double[] eta;

  /** Since the last checkpoint: how often the objective rose from one point to the next. */
  private double[] rises;

  private double[] previousValue;
  private double[] bestAtCheckpoint;

  /** 1 where the last checkpoint halved the step, which has not had its chance yet. */
  private double[] halved;

  ApgdMomentum(Pursuit pursuit, Pursuit.Lanes lanes, Objective objective, Tensor start, int steps) {
    super(pursuit, lanes, objective, start, steps);
    this.eta = filled(2 * pursuit.epsilon());
    this.rises = filled(0);
    this.previousValue = bestValue.clone();
    this.bestAtCheckpoint = bestValue.clone();
    this.halved = filled(1);
  }

  @Override
  Tensor step(int k) {
    Ball ball = lanes.ball();
    Tensor ascent = ball.steepest(x, gradient).mul(Rows.column(eta, x.rank()));
    Tensor z = ball.project(x.add(ascent));
    if (k == 0) {
      return z;
    }
    return ball.project(x.add(z.sub(x).mul(ALPHA)).add(movement.mul(1 - ALPHA)));
  }

  /** A rise is over the point before, even where that is far below the best. */
  @Override
  void saw(double[] values) {
    for (int lane = 0; lane < values.length; lane++) {
      rises[lane] += values[lane] > previousValue[lane] ? 1 : 0;
      previousValue[lane] = values[lane];
    }
  }

  @Override
  int firstWindow() {
    return share(FIRST);
  }

  @Override
  int windowAfter(int window) {
    return Math.max(window - share(SOONER), share(SOONEST));
  }

  private int share(double part) {
    return Math.max(1, (int) (part * steps()));
  }

  @Override
  boolean[] adapt(int window) {
    boolean[] back = new boolean[eta.length];
    for (int lane = 0; lane < back.length; lane++) {
      boolean fewRises = rises[lane] < RHO * window;
      boolean noBetter = halved[lane] == 0 && bestAtCheckpoint[lane] >= bestValue[lane];
      back[lane] = fewRises || noBetter;
      eta[lane] = back[lane] ? eta[lane] / 2 : eta[lane];
      halved[lane] = back[lane] ? 1 : 0;
      bestAtCheckpoint[lane] = bestValue[lane];
      rises[lane] = 0;
    }
    return back;
  }

  @Override
  void select(int[] rows) {
    super.select(rows);
    eta = Rows.select(eta, rows);
    rises = Rows.select(rises, rows);
    previousValue = Rows.select(previousValue, rows);
    bestAtCheckpoint = Rows.select(bestAtCheckpoint, rows);
    halved = Rows.select(halved, rows);
  }
}
