package io.foolproof.attack.gradient;

import io.foolproof.attack.Objective;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.L1Ball;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * The loop of APGD from one start: remembers for every lane the point with the largest objective,
 * and at checkpoints adapts the steps, perhaps going back to that point.
 *
 * <p>How a step is made, and adapted, differs between the norms: {@link ApgdMomentum} for L-inf and
 * L2, {@link ApgdSparse} for L1.
 */
abstract sealed class ApgdClimb permits ApgdMomentum, ApgdSparse {
  /** The balls that a search in L1 goes through, as multiples of epsilon, and when each begins. */
  private static final double[] WIDENINGS = {3, 2, 1};

  private static final double[] BEGINNINGS = {0, 0.3, 0.6, 1};

  private final Pursuit pursuit;
  private final int steps;
  private Objective objective;
  private Tensor bestGradient;

  /** What is attacked, still. */
  Pursuit.Lanes lanes;

  /** x(k), the objective's gradient there, and x(k) - x(k-1). */
  Tensor x;

  Tensor gradient;
  Tensor movement;

  /** The point of the largest objective, and the objective there. */
  Tensor best;

  double[] bestValue;

  ApgdClimb(Pursuit pursuit, Pursuit.Lanes lanes, Objective objective, Tensor start, int steps) {
    this.pursuit = pursuit;
    this.lanes = lanes;
    this.objective = objective;
    this.steps = steps;
    Pursuit.Slope slope = pursuit.slope(lanes, start, objective);
    this.x = start;
    this.movement = start.sub(start);
    this.gradient = slope.gradient();
    this.best = start;
    this.bestGradient = slope.gradient();
    this.bestValue = slope.values();
  }

  /** Climbs from a random start; call it in a scope of its own. */
  static void run(Pursuit pursuit, Pursuit.Lanes lanes, Objective objective, int steps) {
    if (lanes.size() == 0) {
      return;
    }
    if (lanes.ball() instanceof L1Ball) {
      runInShrinkingBalls(pursuit, lanes, objective, steps);
    } else {
      Tensor start = lanes.ball().random(lanes.streams());
      new ApgdMomentum(pursuit, lanes, objective, start, steps).climb();
    }
  }

  /** Mind the box, section 3.3: what was found in a wider ball is a better start than chance. */
  private static void runInShrinkingBalls(
      Pursuit pursuit, Pursuit.Lanes lanes, Objective objective, int steps) {
    Tensor start = lanes.images().add(Draws.gaussian(lanes.streams(), lanes.images().shape()));
    for (int i = 0; i < WIDENINGS.length && lanes.size() > 0; i++) {
      int some = (int) (BEGINNINGS[i + 1] * steps) - (int) (BEGINNINGS[i] * steps);
      lanes = pursuit.within(lanes, WIDENINGS[i]);
      Tensor inside = lanes.ball().project(start);
      ApgdClimb climb = new ApgdSparse(pursuit, lanes, objective, inside, some);
      climb.climb();
      start = climb.best;
      lanes = climb.lanes;
      objective = climb.objective;
    }
  }

  void climb() {
    int window = firstWindow();
    int sinceCheckpoint = 0;
    dropFooled();
    for (int k = 0; k < steps && lanes.size() > 0; k++) {
      try (Scope turn = Scope.open()) {
        Tensor next = step(k);
        Pursuit.Slope slope = pursuit.slope(lanes, next, objective);
        Tensor nextGradient = slope.gradient();
        saw(slope.values());
        rememberBest(turn, next, slope);
        if (++sinceCheckpoint == window) {
          Tensor back = Rows.mask(adapt(window), next.rank());
          next = Tensor.where(back, best, next);
          nextGradient = Tensor.where(back, bestGradient, nextGradient);
          window = windowAfter(window);
          sinceCheckpoint = 0;
        }
        movement = turn.replace(movement, next.sub(x));
        x = turn.replace(x, next);
        gradient = turn.replace(gradient, nextGradient);
      }
      dropFooled();
    }
  }

  private void dropFooled() {
    if (pursuit.canShrink(lanes)) {
      select(pursuit.stillStanding(lanes));
    }
  }

  private void rememberBest(Scope turn, Tensor next, Pursuit.Slope slope) {
    boolean[] improved = new boolean[lanes.size()];
    boolean any = false;
    for (int lane = 0; lane < improved.length; lane++) {
      improved[lane] = slope.values()[lane] > bestValue[lane];
      any |= improved[lane];
      bestValue[lane] = improved[lane] ? slope.values()[lane] : bestValue[lane];
    }
    if (any) {
      Tensor mask = Rows.mask(improved, next.rank());
      best = turn.replace(best, Tensor.where(mask, next, best));
      bestGradient = turn.replace(bestGradient, Tensor.where(mask, slope.gradient(), bestGradient));
    }
  }

  /** Goes on with some of the lanes. */
  void select(int[] rows) {
    lanes = lanes.rows(rows);
    objective = objective.rows(rows);
    x = x.rows(rows);
    movement = movement.rows(rows);
    gradient = gradient.rows(rows);
    best = best.rows(rows);
    bestGradient = bestGradient.rows(rows);
    bestValue = Rows.select(bestValue, rows);
  }

  int steps() {
    return steps;
  }

  double[] filled(double value) {
    double[] values = new double[lanes.size()];
    Arrays.fill(values, value);
    return values;
  }

  /** x(k+1), from x(k) and the gradient there. */
  abstract Tensor step(int k);

  /** Takes note of the objective at x(k+1), before it can become the best. */
  abstract void saw(double[] values);

  /** Steps up to the first checkpoint. */
  abstract int firstWindow();

  /** Steps between the next two checkpoints. */
  abstract int windowAfter(int window);

  /**
   * Adapts the steps at a checkpoint.
   *
   * @return which lanes go back to their best point
   */
  abstract boolean[] adapt(int window);
}
