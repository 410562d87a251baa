package io.foolproof.attack.search;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.AttackResult.Status;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Objective;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Keeps the books of an attack on a micro-batch: evaluates the model, counts evaluations per
 * sample, remembers the best point of every sample, and says which samples are not fooled yet.
 *
 * <p>An attack asks for {@link Lanes}, moves their points, and shows every point to {@link
 * #gradient} or {@link #look}: a success at any point counts, be it a random start or halfway. A
 * sample that was fooled, or whose logits are not numbers, is done: its lane may be dropped at any
 * time, and what is shown for it later is ignored, so that dropping lanes changes no result. Of a
 * randomised model, no sample is done before the attack's last step, and the best point is chosen
 * by fresh draws.
 */
public final class Pursuit extends Evaluator {
  private final Status[] status;

  /** Whether the last point of a sample may be handed on. */
  private final boolean[] keptLast;

  public Pursuit(Classifier model, Samples samples, ThreatModel threat, long seed, String attack) {
    super(model, samples, threat, seed, attack);
    this.status = new Status[samples.size()];
    Arrays.fill(status, Status.STANDING);
    this.keptLast = new boolean[samples.size()];
  }

  /** The clean image of a lane. */
  public float[] image(BallLanes lanes, int lane) {
    return samples.images()[lanes.members()[lane]];
  }

  /**
   * The samples that are not fooled yet; call it in the scope that shall own the tensors.
   *
   * @param restart which random restart, from 0: each has random numbers of its own
   */
  public BallLanes remaining(int restart) {
    Lanes lanes = lanes(members(i -> status[i] == Status.STANDING), restart, input().shape());
    return new BallLanes(lanes, ball(lanes, 1), false);
  }

  /** The balls around the clean images, whose radii are a multiple of each one's epsilon. */
  private Ball ball(Lanes lanes, double multiple) {
    double[] radii = Arrays.stream(epsilons(lanes)).map(epsilon -> multiple * epsilon).toArray();
    return Ball.around(lanes.images(), norm(), radii, input());
  }

  /**
   * Goes on in a ball whose radius is a multiple of epsilon: beyond 1 to find a start, as no point
   * counts there.
   */
  public void widen(BallLanes lanes, double multiple) {
    lanes.moveTo(ball(lanes, multiple), multiple > 1);
  }

  /** Lengths of steps, as a multiple of each lane's epsilon: a column for points [lanes, ...]. */
  public Tensor lengths(BallLanes lanes, double multiple) {
    double[] lengths = Arrays.stream(epsilons(lanes)).map(epsilon -> multiple * epsilon).toArray();
    return Rows.column(lengths, lanes.images().rank());
  }

  /**
   * Where a restart begins: the first at the points that the samples come with, those that come
   * with one, and all others at other points.
   *
   * @param others points in the ball, [lanes, shape...]
   */
  public Tensor start(BallLanes lanes, int restart, Tensor others) {
    boolean[] known = new boolean[lanes.size()];
    float[][] starts = new float[known.length][];
    boolean any = false;
    for (int lane = 0; lane < known.length; lane++) {
      int i = lanes.members()[lane];
      starts[lane] = samples.starts()[i];
      known[lane] = restart == 0 && starts[lane] != samples.images()[i];
      any |= known[lane];
    }
    if (!any) {
      return others;
    }
    Tensor begun = lanes.ball().project(Rows.stack(starts, others.shape()));
    return Tensor.where(Rows.mask(known, others.rank()), begun, others);
  }

  /**
   * These lanes, apart, in a ball that the box does not cut: to draw changes from that are as
   * likely up as down. No point counts there.
   *
   * @param multiple the radius, in epsilons
   */
  public BallLanes beyondTheBox(BallLanes lanes, double multiple) {
    double radius = multiple * threat.epsilon();
    InputSpec box = input();
    InputSpec wide = new InputSpec(box.shape(), box.low() - radius, box.high() + radius);
    return lanes.in(Ball.around(lanes.images(), threat.withEpsilon(radius), wide), true);
  }

  /**
   * How an objective rises at points.
   *
   * @param gradient shaped as the points. Where it is zero everywhere, or no component is finite,
   *     it has no direction, and there is a random one.
   * @param values the objective itself, one a lane
   */
  public record Slope(Tensor gradient, double[] values) {}

  /** Evaluates points [lanes, shape...] and the gradient of the goal's cross-entropy there. */
  public Tensor gradient(BallLanes lanes, Tensor points) {
    return slope(lanes, points, Loss.CROSS_ENTROPY.towards(threat.goal())).gradient();
  }

  /**
   * Evaluates points and how an objective rises there.
   *
   * @param points [lanes, shape...]
   * @return the slope, in the caller's scope
   */
  public Slope slope(BallLanes lanes, Tensor points, Objective objective) {
    requireGradients();
    if (lanes.size() == 0) {
      return new Slope(points, new double[0]);
    }
    try (Scope scope = Scope.open()) {
      Tensor shown = admissible(lanes, points);
      GroupedDraws next = nextDraws(lanes.members());
      if (next != null) {
        GroupedDraws.Slope mean = next.slope(shown, lanes.labels(), objective);
        count(lanes, next.evaluatedAgain());
        record(lanes, shown, mean.logits());
        return slope(scope, lanes, mean.gradient(), mean.values());
      }
      InputGradient at = new InputGradient(model, shown);
      Tensor values = objective.of(at.logits(), lanes.labels());
      Tensor gradient = at.of(List.of(values)).get(0);
      count(lanes, at.evaluatedAgain());
      record(lanes, shown, at.logits().detach());
      return slope(scope, lanes, gradient, values.toDoubles());
    }
  }

  private Slope slope(Scope scope, BallLanes lanes, Tensor gradient, double[] values) {
    Tensor directed = Draws.withDirection(ascent(gradient), lanes.streams());
    return new Slope(scope.keep(directed), values);
  }

  /** Counts a gradient of each lane, and what some of them took besides. */
  private void count(BallLanes lanes, int[] evaluatedAgain) {
    for (int member : lanes.members()) {
      backwards[member] += status[member] == Status.STANDING ? draws : 0;
    }
    for (int row : evaluatedAgain) {
      int member = lanes.members()[row];
      forwards[member] += status[member] == Status.STANDING ? 1 : 0;
      backwards[member] += status[member] == Status.STANDING ? 1 : 0;
    }
  }

  /** Evaluates points and returns their logits [lanes, classes], in the caller's scope. */
  public Tensor logits(BallLanes lanes, Tensor points) {
    try (Scope scope = Scope.open()) {
      Tensor shown = admissible(lanes, points.detach());
      Tensor logits = answers(lanes.members(), shown);
      record(lanes, shown, logits);
      return scope.keep(logits);
    }
  }

  /**
   * Evaluates points without a gradient.
   *
   * @return how far each is from being fooled, one a lane
   */
  public double[] look(BallLanes lanes, Tensor points) {
    if (lanes.size() == 0) {
      return new double[0];
    }
    try (Scope scope = Scope.open()) {
      Tensor shown = admissible(lanes, points.detach());
      return record(lanes, shown, answers(lanes.members(), shown));
    }
  }

  private Tensor ascent(Tensor gradient) {
    if (!threat.admissible().limitsAscent()) {
      return gradient;
    }
    float[][] rows = Rows.split(gradient);
    Arrays.setAll(rows, row -> threat.admissible().ascent(rows[row]));
    return Rows.stack(rows, gradient.shape());
  }

  private Tensor admissible(BallLanes lanes, Tensor points) {
    return lanes.probing()
        ? admissible(lanes, points, Evaluator::anyDistance)
        : admissible(lanes, points, this::epsilon);
  }

  private double[] record(BallLanes lanes, Tensor points, Tensor answers) {
    float[][] logits = Rows.split(answers);
    double[] margins = new double[lanes.size()];
    int d = input().elements();
    float[] values = {};
    for (int lane = 0; lane < margins.length; lane++) {
      int i = lanes.members()[lane];
      keptLast[i] = false;
      margins[lane] = threat.goal().margin(logits[lane], samples.labels()[i]);
      if (status[i] != Status.STANDING) {
        continue;
      }
      forwards[i] += draws;
      if (!Rows.isFinite(logits[lane])) {
        status[i] = Status.NOT_A_NUMBER;
      } else if (!lanes.probing() && isKept(i, margins[lane])) {
        values = values.length == 0 ? points.toFloats() : values;
        keep(i, Arrays.copyOfRange(values, lane * d, (lane + 1) * d), margins[lane]);
      }
    }
    return margins;
  }

  private boolean isKept(int i, double newMargin) {
    return finalists == null ? newMargin < margin[i] : finalists.wouldTake(i, newMargin);
  }

  private void keep(int i, float[] point, double newMargin) {
    keptLast[i] = true;
    if (finalists != null) {
      finalists.offer(i, point, newMargin);
    }
    if (newMargin < margin[i]) {
      margin[i] = newMargin;
      best[i] = point;
      status[i] = newMargin < 0 && !isEndless() ? Status.FOOLED : Status.STANDING;
    }
  }

  /** Whether a success ends nothing. */
  private boolean isEndless() {
    return isRandom() || model instanceof Unending;
  }

  /** Whether the last point that was evaluated of a sample may be what is handed on. */
  public boolean keptLast(int member) {
    return keptLast[member];
  }

  /** How far the best point of a sample is from being fooled. */
  public double margin(int member) {
    return margin[member];
  }

  private int[] unfinished(BallLanes lanes) {
    return IntStream.range(0, lanes.size())
        .filter(lane -> status[lanes.members()[lane]] == Status.STANDING)
        .toArray();
  }

  private boolean dropsCostLess(BallLanes lanes, int[] unfinished) {
    return runs(unfinished.length) < runs(lanes.size());
  }

  /**
   * Drops the lanes that are fooled, or whose logits are not finite, once there are so many that
   * the model has fewer runs; call it after each turn of a loop, in the scope that encloses it.
   */
  public void dropFinished(BallLanes lanes) {
    int[] unfinished = unfinished(lanes);
    if (dropsCostLess(lanes, unfinished)) {
      lanes.keep(unfinished);
    }
  }

  /**
   * What evaluations of the lanes that are not finished give, [lanes, ...]; zero for the others
   * where leaving them out saves the model a run.
   *
   * @param points [lanes, shape...]
   * @param evaluated gives a row for each of some lanes and their points
   */
  public Tensor ofUnfinished(
      BallLanes lanes, Tensor points, BiFunction<BallLanes, Tensor, Tensor> evaluated) {
    int[] rows = unfinished(lanes);
    if (!dropsCostLess(lanes, rows)) {
      return evaluated.apply(lanes, points);
    }
    if (rows.length == 0) {
      return points.sub(points);
    }
    Tensor some = evaluated.apply(lanes.only(rows), points.rows(rows));
    Tensor nothing = points.slice(0, 0, 1, 1).mul(0);
    int[] places = new int[lanes.size()];
    Arrays.fill(places, rows.length);
    for (int row = 0; row < rows.length; row++) {
      places[rows[row]] = row;
    }
    return Tensor.concat(List.of(some, nothing), 0).rows(places);
  }

  private int runs(int rows) {
    int step = model.batchStep();
    return (rows + step - 1) / step;
  }

  /** What was found, one result a sample. */
  public List<AttackResult> results() {
    choose(i -> status[i] == Status.STANDING);
    List<AttackResult> results = new ArrayList<>(samples.size());
    for (int i = 0; i < samples.size(); i++) {
      if (status[i] == Status.STANDING && margin[i] < 0 && !(model instanceof Unending)) {
        status[i] = Status.FOOLED;
      }
      results.add(new AttackResult(status[i], best[i], margin[i], forwards[i], backwards[i]));
    }
    return results;
  }
}
