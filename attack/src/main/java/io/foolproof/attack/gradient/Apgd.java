package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasLoss;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Objective;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.L1Ball;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.PerLane;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Auto-PGD: projected gradient descent that chooses its own step sizes, with random starts.
 *
 * <p>Croce and Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse
 * parameter-free attacks, 2020, arXiv 2003.01690, algorithm 1; for the L1 norm Croce and Hein: Mind
 * the box, 2021, arXiv 2103.01208, section 3.3.
 *
 * @param steps gradient steps of one restart
 * @param restarts number of starts; only samples that are not fooled yet start again
 * @param loss what to climb
 */
@Named("apgd")
public record Apgd(@AtLeast(1) int steps, @AtLeast(1) int restarts, Loss loss)
    implements PerSampleEpsilon<Apgd>, HasRestarts<Apgd>, HasLoss<Apgd> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "gradient steps whose size adapts",
          "Croce and Hein 2020, arXiv 2003.01690",
          "100 gradients a restart");

  /** The balls that a climb in L1 goes through, as multiples of epsilon, and when each begins. */
  private static final double[] WIDENINGS = {3, 2, 1};

  private static final double[] BEGINNINGS = {0, 0.3, 0.6, 1};

  /** Checks the settings. */
  public Apgd {
    Settings.check(Apgd.class, steps, restarts, loss);
  }

  /** With the default settings. */
  public static Apgd standard() {
    return new Apgd(100, 1, Loss.CROSS_ENTROPY);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(restart);
        climb(pursuit, lanes, restart, loss.towards(threat.goal()), steps);
      }
    }
    return pursuit.results();
  }

  /** Climbs from where a restart begins, as suits the norm; call it in a scope of its own. */
  static void climb(Pursuit pursuit, BallLanes lanes, int restart, Objective objective, int steps) {
    if (lanes.ball() instanceof L1Ball) {
      climbInShrinkingBalls(pursuit, lanes, restart, objective, steps);
    } else {
      Tensor start = pursuit.start(lanes, restart, lanes.ball().random(lanes.streams()));
      Ascent ascent = new Ascent(pursuit, lanes, objective, start, steps);
      ascent.run(new Momentum(ascent));
    }
  }

  /** Mind the box, section 3.3: what was found in a wider ball is a better start than chance. */
  private static void climbInShrinkingBalls(
      Pursuit pursuit, BallLanes lanes, int restart, Objective objective, int steps) {
    Tensor noise = Draws.gaussian(lanes.streams(), lanes.images().shape());
    Tensor start = pursuit.start(lanes, restart, lanes.images().add(noise));
    for (int i = 0; i < WIDENINGS.length && lanes.size() > 0; i++) {
      int some = (int) (BEGINNINGS[i + 1] * steps) - (int) (BEGINNINGS[i] * steps);
      pursuit.widen(lanes, WIDENINGS[i]);
      Ascent ascent = new Ascent(pursuit, lanes, objective, lanes.ball().project(start), some);
      FewCoordinates few = new FewCoordinates(ascent);
      ascent.run(few, few);
      start = ascent.best.get();
    }
  }

  /** How x(k+1) follows from x(k): one of the two parts that an {@link Ascent} is made of. */
  interface Direction {
    /**
     * The point to go to, in the ball.
     *
     * @param x x(k), [lanes, shape...]
     * @param gradient the objective's gradient there
     * @param length how far to go, in the ball's norm, one a lane
     */
    Tensor next(Scope turn, Tensor x, Tensor gradient, double[] length);

    /** Takes note of the lanes whose next point is the best one now: a mask [lanes, 1, ...]. */
    default void improved(Scope turn, Tensor lanes) {}

    /** Takes note of the lanes that go back to their best point: a mask [lanes, 1, ...]. */
    default void wentBack(Scope turn, Tensor lanes) {}

    /** Takes note of where the step ended. */
    default void moved(Scope turn, Tensor from, Tensor to) {}
  }

  /** How long steps are, and when to go back: the other part of an {@link Ascent}. */
  interface StepControl {
    /** The length of the next step, one a lane. */
    double[] length();

    /** Takes note of the objective at x(k+1), before that can become the best. */
    default void saw(double[] values) {}

    /** Steps up to the first checkpoint. */
    int firstWindow();

    /** Steps between the next two checkpoints. */
    int windowAfter(int window);

    /**
     * Adapts the steps at a checkpoint.
     *
     * @param window steps since the last checkpoint
     * @return which lanes go back to their best point
     */
    boolean[] adapt(int window);
  }

  /**
   * The loop of APGD from one start: remembers for every lane the point with the largest objective,
   * and at checkpoints adapts the steps, perhaps going back to that point with its gradient.
   */
  static final class Ascent {
    private final Pursuit pursuit;
    private final BallLanes lanes;
    private final Objective objective;
    private final int steps;
    private final LaneTensor x;
    private final LaneTensor gradient;
    private final LaneTensor best;
    private final LaneTensor bestGradient;
    private final PerLane<double[]> bestValue;

    Ascent(Pursuit pursuit, BallLanes lanes, Objective objective, Tensor start, int steps) {
      this.pursuit = pursuit;
      this.lanes = lanes;
      this.objective = objective;
      this.steps = steps;
      Pursuit.Slope slope = pursuit.slope(lanes, start, objective);
      this.x = lanes.hold(start);
      this.gradient = lanes.hold(slope.gradient());
      this.best = lanes.hold(start);
      this.bestGradient = lanes.hold(slope.gradient());
      this.bestValue = lanes.hold(slope.values());
    }

    BallLanes lanes() {
      return lanes;
    }

    /** With the steps of algorithm 1, which are halved. */
    void run(Direction direction) {
      run(direction, new Halving(this));
    }

    void run(Direction direction, StepControl control) {
      int window = control.firstWindow();
      int sinceCheckpoint = 0;
      pursuit.dropFinished(lanes);
      for (int k = 0; k < steps && lanes.size() > 0; k++) {
        try (Scope turn = Scope.open()) {
          Tensor next = direction.next(turn, x.get(), gradient.get(), control.length());
          Pursuit.Slope slope = pursuit.slope(lanes, next, objective);
          Tensor nextGradient = slope.gradient();
          control.saw(slope.values());
          rememberBest(turn, next, slope, direction);
          if (++sinceCheckpoint == window) {
            Tensor back = Rows.mask(control.adapt(window), next.rank());
            next = Tensor.where(back, best.get(), next);
            nextGradient = Tensor.where(back, bestGradient.get(), nextGradient);
            direction.wentBack(turn, back);
            window = control.windowAfter(window);
            sinceCheckpoint = 0;
          }
          direction.moved(turn, x.get(), next);
          x.set(turn, next);
          gradient.set(turn, nextGradient);
        }
        pursuit.dropFinished(lanes);
      }
    }

    private void rememberBest(Scope turn, Tensor next, Pursuit.Slope slope, Direction direction) {
      double[] values = bestValue.get();
      boolean[] improved = new boolean[lanes.size()];
      boolean any = false;
      for (int lane = 0; lane < improved.length; lane++) {
        improved[lane] = slope.values()[lane] > values[lane];
        any |= improved[lane];
        values[lane] = improved[lane] ? slope.values()[lane] : values[lane];
      }
      if (any) {
        Tensor mask = Rows.mask(improved, next.rank());
        best.set(turn, Tensor.where(mask, next, best.get()));
        bestGradient.set(turn, Tensor.where(mask, slope.gradient(), bestGradient.get()));
        direction.improved(turn, mask);
      }
    }

    /** The same number for each lane, to go on from. */
    private PerLane<double[]> filled(double value) {
      double[] values = new double[lanes.size()];
      Arrays.fill(values, value);
      return lanes.hold(values);
    }
  }

  /** The steps in L-inf and L2: along the gradient, with momentum from the second step on. */
  private static final class Momentum implements Direction {
    private static final double ALPHA = 0.75;

    private final BallLanes lanes;

    /** x(k) - x(k-1). */
    private final LaneTensor movement;

    private boolean hasMoved;

    Momentum(Ascent ascent) {
      lanes = ascent.lanes;
      movement = lanes.hold(ascent.x.get().sub(ascent.x.get()));
    }

    @Override
    public Tensor next(Scope turn, Tensor x, Tensor gradient, double[] length) {
      Ball ball = lanes.ball();
      Tensor ascent = ball.steepest(x, gradient).mul(Rows.column(length, x.rank()));
      Tensor z = ball.project(x.add(ascent));
      if (!hasMoved) {
        return z;
      }
      return ball.project(x.add(z.sub(x).mul(ALPHA)).add(movement.get().mul(1 - ALPHA)));
    }

    @Override
    public void moved(Scope turn, Tensor from, Tensor to) {
      movement.set(turn, to.sub(from));
      hasMoved = true;
    }
  }

  /** The lengths of steps in L-inf and L2: from 2 epsilon, halved where progress stalls. */
  static final class Halving implements StepControl {
    private static final double RHO = 0.75;

    /** Checkpoints as fractions of all steps: the first, how much sooner each next, the soonest. */
    private static final double FIRST = 0.22;

    private static final double SOONER = 0.03;
    private static final double SOONEST = 0.06;

    private final int steps;
    private final PerLane<double[]> bestValue;
    private final PerLane<double[]> eta;

    /** Since the last checkpoint: how often the objective rose from one point to the next. */
    private final PerLane<double[]> rises;

    private final PerLane<double[]> previousValue;
    private final PerLane<double[]> bestAtCheckpoint;

    /** 1 where the last checkpoint halved the step, which has not had its chance yet. */
    private final PerLane<double[]> halved;

    Halving(Ascent ascent) {
      steps = ascent.steps;
      bestValue = ascent.bestValue;
      double[] epsilons = ascent.pursuit.epsilons(ascent.lanes);
      eta = ascent.lanes.hold(Arrays.stream(epsilons).map(epsilon -> 2 * epsilon).toArray());
      rises = ascent.filled(0);
      previousValue = ascent.lanes.hold(bestValue.get().clone());
      bestAtCheckpoint = ascent.lanes.hold(bestValue.get().clone());
      halved = ascent.filled(1);
    }

    @Override
    public double[] length() {
      return eta.get();
    }

    /** A rise is over the point before, even where that is far below the best. */
    @Override
    public void saw(double[] values) {
      for (int lane = 0; lane < values.length; lane++) {
        rises.get()[lane] += values[lane] > previousValue.get()[lane] ? 1 : 0;
        previousValue.get()[lane] = values[lane];
      }
    }

    @Override
    public int firstWindow() {
      return fraction(FIRST);
    }

    @Override
    public int windowAfter(int window) {
      return Math.max(window - fraction(SOONER), fraction(SOONEST));
    }

    private int fraction(double ofSteps) {
      return Math.max(1, (int) (ofSteps * steps));
    }

    @Override
    public boolean[] adapt(int window) {
      boolean[] back = new boolean[eta.get().length];
      for (int lane = 0; lane < back.length; lane++) {
        boolean fewRises = rises.get()[lane] < RHO * window;
        boolean noBetter =
            halved.get()[lane] == 0 && bestAtCheckpoint.get()[lane] >= bestValue.get()[lane];
        back[lane] = fewRises || noBetter;
        eta.get()[lane] /= back[lane] ? 2 : 1;
        halved.get()[lane] = back[lane] ? 1 : 0;
        bestAtCheckpoint.get()[lane] = bestValue.get()[lane];
        rises.get()[lane] = 0;
      }
      return back;
    }
  }

  /**
   * The steps in L1: of a few coordinates, as many as two thirds of those that the best point
   * changed, and shorter whenever that number has settled.
   *
   * <p>Mind the box, algorithm 1 and section 3.3.
   */
  private static final class FewCoordinates implements Direction, StepControl {
    /** Steps between checkpoints, as a fraction of all. */
    private static final double WINDOW = 0.04;

    private static final double SPARSER = 1.5;
    private static final double SETTLED = 0.95;
    private static final double STEP_DIVISOR = 1.5;
    private static final double SMALLEST_STEP = 0.1;

    private final BallLanes lanes;
    private final LaneTensor best;
    private final int steps;

    /** The length of a step, as a fraction of the radius. */
    private final PerLane<double[]> eta;

    /** How many coordinates a step moves. */
    private final PerLane<double[]> k;

    /** How many the best point had changed at the last checkpoint. */
    private final PerLane<double[]> changedBefore;

    FewCoordinates(Ascent ascent) {
      lanes = ascent.lanes;
      best = ascent.best;
      steps = ascent.steps;
      eta = ascent.filled(1);
      changedBefore = lanes.hold(changed());
      k = lanes.hold(Arrays.stream(changed()).map(changed -> changed / SPARSER).toArray());
    }

    @Override
    public Tensor next(Scope turn, Tensor x, Tensor gradient, double[] length) {
      L1Ball ball = (L1Ball) lanes.ball();
      Tensor step = ball.sparseStep(x, gradient, k.get()).mul(Rows.column(length, x.rank()));
      return ball.project(x.add(step));
    }

    @Override
    public double[] length() {
      double[] lengths = ((L1Ball) lanes.ball()).radii().clone();
      Arrays.setAll(lengths, lane -> eta.get()[lane] * lengths[lane]);
      return lengths;
    }

    @Override
    public int firstWindow() {
      return Math.max(1, (int) (WINDOW * steps));
    }

    @Override
    public int windowAfter(int window) {
      return window;
    }

    @Override
    public boolean[] adapt(int window) {
      double[] changed = changed();
      boolean[] back = new boolean[changed.length];
      for (int lane = 0; lane < back.length; lane++) {
        back[lane] = changed[lane] < SETTLED * changedBefore.get()[lane];
        double shorter = Math.max(SMALLEST_STEP, eta.get()[lane] / STEP_DIVISOR);
        eta.get()[lane] = back[lane] ? 1 : shorter;
        k.get()[lane] = changed[lane] / SPARSER;
        changedBefore.get()[lane] = changed[lane];
      }
      return back;
    }

    /** How many values of the best point differ from the image, for each lane. */
    private double[] changed() {
      Tensor changes = best.get().eq(lanes.images()).not();
      return changes.sum(false, Rows.valueDims(changes)).toDoubles();
    }
  }
}
