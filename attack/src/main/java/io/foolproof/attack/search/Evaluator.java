package io.foolproof.attack.search;

import io.foolproof.attack.Admissible;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Pursuit} and {@link ClosestPursuit} have in common: whom an attack is about, what it
 * has cost each sample, and each sample's best point within epsilon.
 */
public abstract sealed class Evaluator permits Pursuit, ClosestPursuit {
  final Classifier model;
  final Samples samples;
  final NormBounded threat;
  private final long seed;
  private final String attack;

  /** The point within epsilon that is adversarial, or came closest to it: one a sample. */
  final float[][] best;

  /** Of that point: how far it is from being adversarial, negative once it is. */
  final double[] margin;

  final long[] forwards;
  final long[] backwards;

  /** How many draws an evaluation takes. */
  final int draws;

  /** How often each sample was evaluated: every time has draws of its own. */
  private final int[] evaluations;

  /** The points to choose from in the end, of a randomised model; null elsewhere. */
  final @Nullable Finalists finalists;

  Evaluator(Classifier model, Samples samples, ThreatModel threat, long seed, String attack) {
    this.model = model;
    this.samples = samples;
    this.threat = NormBounded.require(threat);
    this.seed = seed;
    this.attack = attack;
    int n = samples.size();
    this.best = samples.images().clone();
    this.margin = new double[n];
    Arrays.fill(margin, Double.POSITIVE_INFINITY);
    this.forwards = new long[n];
    this.backwards = new long[n];
    this.draws = model instanceof Expectation mean ? mean.draws() : 1;
    this.evaluations = new int[n];
    this.finalists = model.drawsAtRandom() ? new Finalists(n) : null;
  }

  /**
   * Whether the model is randomised: what fools one draw may not fool another, so that no search
   * ends at a success.
   */
  public boolean isRandom() {
    return finalists != null;
  }

  /**
   * Chooses the best points by fresh draws, of a randomised model; the best that were seen are the
   * best elsewhere.
   *
   * @param wanted of which samples, by their places in the micro-batch
   */
  final void choose(IntPredicate wanted) {
    if (finalists == null) {
      return;
    }
    Finalists.@Nullable Judged[] judged = finalists.judged(wanted, this::draw);
    for (int i : members(wanted)) {
      Finalists.Judged chosen = judged[i];
      if (chosen != null) {
        forwards[i] += finalists.evaluations(i);
        best[i] = chosen.point();
        margin[i] = chosen.margin();
      }
    }
  }

  /**
   * The draws of the next evaluation of some samples, from streams named by the seed, the sample,
   * the attack and how often the sample was evaluated; null of a model that is no mean.
   *
   * @param members one for each row, by their places in the micro-batch
   */
  final @Nullable GroupedDraws nextDraws(int[] members) {
    return model instanceof Expectation mean ? new GroupedDraws(mean, next(members)) : null;
  }

  private List<RandomStream> next(int[] members) {
    String purpose = attack + " draws";
    return Arrays.stream(members)
        .mapToObj(i -> new RandomStream(seed, samples.indices()[i], purpose, evaluations[i]++))
        .toList();
  }

  /** The model's logits, or the mean of its draws, [rows, classes], without a gradient. */
  final Tensor answers(int[] members, Tensor points) {
    GroupedDraws next = nextDraws(members);
    return next == null
        ? model.logits(points.reshape(input().batchShape(points.size(0)))).detach()
        : next.logits(points);
  }

  /** The margins of points, each on one draw. */
  private double[] draw(int[] members, float[][] points) {
    double[] margins = new double[points.length];
    for (int from = 0; from < points.length; from += model.microBatch()) {
      int to = Math.min(points.length, from + model.microBatch());
      try (Scope scope = Scope.open()) {
        Tensor batch =
            Rows.stack(Arrays.copyOfRange(points, from, to), input().batchShape(to - from));
        Classifier one =
            model instanceof Expectation mean
                ? mean.draw(next(Arrays.copyOfRange(members, from, to)))
                : model;
        Tensor answers = one.logits(batch);
        float[][] logits = Rows.split(answers.detach());
        for (int row = 0; row < logits.length; row++) {
          int label = samples.labels()[members[from + row]];
          margins[from + row] = goal().margin(logits[row], label);
        }
      }
    }
    return margins;
  }

  /** What is attacked. */
  public Samples samples() {
    return samples;
  }

  /** The shape and box of the model's images. */
  public InputSpec input() {
    return model.input();
  }

  /** How many classes the model tells apart. */
  public int classes() {
    return model.classes();
  }

  /** What counts as success. */
  public Goal goal() {
    return threat.goal();
  }

  /** The norm that changes are measured in. */
  public Norm norm() {
    return threat.norm();
  }

  /** The largest change allowed of a sample: the threat model's epsilon, or less. */
  final double epsilon(int member) {
    return Math.min(threat.epsilon(), samples.epsilons()[member]);
  }

  /** As {@link #epsilon}, where any change is allowed. */
  static double anyDistance(int member) {
    return Double.POSITIVE_INFINITY;
  }

  /** The largest change allowed of each lane's sample. */
  public double[] epsilons(Lanes lanes) {
    return Arrays.stream(lanes.members()).mapToDouble(this::epsilon).toArray();
  }

  /** The samples that satisfy a condition, by their places in the micro-batch. */
  final int[] members(IntPredicate wanted) {
    return IntStream.range(0, samples.size()).filter(wanted).toArray();
  }

  /**
   * Lanes of some samples, without a ball.
   *
   * @param restart which random restart, from 0: each has random numbers of its own
   * @param shape of one image
   */
  final Lanes lanes(int[] members, int restart, long... shape) {
    long[] batch = new long[shape.length + 1];
    batch[0] = members.length;
    System.arraycopy(shape, 0, batch, 1, shape.length);
    return new Lanes(
        members,
        samples.imageTensor(members, batch),
        samples.labelTensor(members),
        samples.streams(members, seed, attack, restart));
  }

  final void requireGradients() {
    requireGradients(model, attack);
  }

  /**
   * Checks that a model has gradients.
   *
   * @throws IllegalArgumentException when it has not: {@link
   *     io.foolproof.attack.Attack#requireApplicable} comes first
   */
  public static void requireGradients(Classifier model, String attack) {
    if (!(model instanceof DifferentiableClassifier)) {
      throw new IllegalArgumentException(model.name() + " has no gradients for " + attack);
    }
  }

  /**
   * The points that the model is shown, where only some are {@link Admissible}. An attack moves on
   * from where it was, along the gradient at the admissible point: as if the projection changed
   * nothing.
   *
   * @param points [lanes, ...]
   * @param reach the distance that the projection must not exceed, by the place in the micro-batch
   */
  final Tensor admissible(Lanes lanes, Tensor points, IntToDoubleFunction reach) {
    return threat.admissible().isAny()
        ? points
        : Rows.stack(admissible(lanes.members(), Rows.split(points), reach), points.shape());
  }

  /** As {@link #admissible(Lanes, Tensor, IntToDoubleFunction)}, one array of values a point. */
  final float[][] admissible(int[] members, float[][] points, IntToDoubleFunction reach) {
    float[][] projected = new float[points.length][];
    for (int row = 0; row < projected.length; row++) {
      int i = members[row];
      projected[row] = admissible(samples.images()[i], points[row], reach.applyAsDouble(i));
    }
    return projected;
  }

  final float[] admissible(float[] clean, float[] point, double reach) {
    return threat.admissible().within(input(), clean, point, norm(), reach);
  }
}
