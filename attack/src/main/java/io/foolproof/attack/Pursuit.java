package io.foolproof.attack;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keeps the books of an attack on a micro-batch: evaluates the model, counts evaluations per
 * sample, remembers the best point of every sample, and says which samples are still standing.
 *
 * <p>An attack asks for {@link Lanes}, moves their points, and shows every point to {@link
 * #gradient} or {@link #look}: a success at any point counts, be it a random start or halfway. A
 * sample that was fooled, or whose logits are not numbers, is done: its lane may be dropped at any
 * time, and what is shown for it later is ignored, so that dropping lanes changes no result.
 */
final class Pursuit {
  private final DifferentiableClassifier model;
  private final Samples samples;
  private final ThreatModel threat;
  private final long seed;
  private final String attack;

  private final float[][] best;
  private final double[] margin;
  private final long[] forwards;
  private final long[] backwards;
  private final AttackResult.Status[] status;

  Pursuit(
      DifferentiableClassifier model,
      Samples samples,
      ThreatModel threat,
      long seed,
      String attack) {
    this.model = model;
    this.samples = samples;
    this.threat = threat;
    this.seed = seed;
    this.attack = attack;
    int n = samples.size();
    this.best = samples.images().clone();
    this.margin = new double[n];
    Arrays.fill(margin, Double.POSITIVE_INFINITY);
    this.forwards = new long[n];
    this.backwards = new long[n];
    this.status = new AttackResult.Status[n];
    Arrays.fill(status, AttackResult.Status.STANDING);
  }

  /**
   * Samples that are attacked side by side.
   *
   * @param members each lane's place in the micro-batch
   * @param images the clean images, [lanes, shape...]
   * @param labels [lanes]
   * @param ball what the threat model allows around each
   * @param streams each lane's random numbers
   */
  record Lanes(int[] members, Tensor images, Tensor labels, Ball ball, List<RandomStream> streams) {
    int size() {
      return members.length;
    }

    /** Some of these lanes, for what is still standing. */
    Lanes rows(int[] rows) {
      return new Lanes(
          Arrays.stream(rows).map(row -> members[row]).toArray(),
          images.rows(rows),
          labels.rows(rows),
          ball.rows(rows),
          Arrays.stream(rows).mapToObj(streams::get).toList());
    }
  }

  /**
   * The samples that are standing now; call it in the scope that shall own the tensors.
   *
   * @param restart which try, from 0: each has random numbers of its own
   */
  Lanes standing(int restart) {
    int[] members =
        IntStream.range(0, samples.size())
            .filter(i -> status[i] == AttackResult.Status.STANDING)
            .toArray();
    Tensor images = samples.imageTensor(members, model.input().batchShape(members.length));
    return new Lanes(
        members,
        images,
        samples.labelTensor(members),
        Ball.around(images, threat, model.input()),
        samples.streams(members, seed, attack, restart));
  }

  /**
   * Evaluates points and the gradient of the attack's loss there.
   *
   * @param points [lanes, shape...]
   * @return the gradient, shaped as the points, in the caller's scope. Where it is zero or no
   *     number everywhere, which has no direction, there is a random one.
   */
  Tensor gradient(Lanes lanes, Tensor points) {
    try (Scope scope = Scope.open()) {
      Tensor x = points.variable();
      Tensor logits = model.logits(x);
      Tensor gradient = Gradients.of(threat.goal().crossEntropy(logits, lanes.labels), x);
      for (int member : lanes.members) {
        backwards[member] += status[member] == AttackResult.Status.STANDING ? 1 : 0;
      }
      record(lanes, points, logits.detach());
      return scope.keep(withDirection(gradient, lanes.streams));
    }
  }

  /** Evaluates points without a gradient. */
  void look(Lanes lanes, Tensor points) {
    if (lanes.size() == 0) {
      return;
    }
    try (Scope scope = Scope.open()) {
      record(lanes, points, model.logits(points.detach()));
    }
  }

  /**
   * Puts a random direction where there is none. Only these lanes draw: what a lane draws must not
   * depend on its neighbours. NaN compares as not greater, so that such gradients count as none.
   */
  static Tensor withDirection(Tensor gradient, List<RandomStream> streams) {
    Tensor usable = gradient.abs().max(true, Rows.valueDims(gradient)).gt(0);
    boolean[] has = usable.toBooleans();
    int lacking = 0;
    int d = Math.toIntExact(gradient.elements() / has.length);
    float[] directions = new float[0];
    for (int lane = 0; lane < has.length; lane++) {
      if (!has[lane]) {
        directions = lacking++ == 0 ? new float[has.length * d] : directions;
        streams.get(lane).fillGaussian(directions, lane * d, (lane + 1) * d);
      }
    }
    return lacking == 0
        ? gradient
        : Tensor.where(usable, gradient, Tensor.of(directions, gradient.shape()));
  }

  private void record(Lanes lanes, Tensor points, Tensor logits) {
    double[] margins = threat.goal().margin(logits, lanes.labels).toDoubles();
    boolean[] broken = logits.sub(logits).isNan().max(false, 1).toBooleans();
    float[] values = points.toFloats();
    int d = model.input().elements();
    for (int lane = 0; lane < lanes.size(); lane++) {
      int i = lanes.members[lane];
      if (status[i] != AttackResult.Status.STANDING) {
        continue;
      }
      forwards[i]++;
      if (broken[lane]) {
        status[i] = AttackResult.Status.NOT_A_NUMBER;
      } else if (margins[lane] < margin[i]) {
        margin[i] = margins[lane];
        best[i] = Arrays.copyOfRange(values, lane * d, (lane + 1) * d);
        status[i] = margin[i] < 0 ? AttackResult.Status.FOOLED : AttackResult.Status.STANDING;
      }
    }
  }

  /** The lanes that are still standing, as rows to select from their tensors. */
  int[] stillStanding(Lanes lanes) {
    return IntStream.range(0, lanes.size())
        .filter(lane -> status[lanes.members[lane]] == AttackResult.Status.STANDING)
        .toArray();
  }

  /** Whether dropping the lanes that are done makes the batch cheaper: models pad it to blocks. */
  boolean canShrink(Lanes lanes) {
    return blocks(stillStanding(lanes).length) < blocks(lanes.size());
  }

  private static int blocks(int rows) {
    return (rows + Engine.rowBlock() - 1) / Engine.rowBlock();
  }

  /** What was found, one result a sample. */
  List<AttackResult> results() {
    List<AttackResult> results = new ArrayList<>(samples.size());
    for (int i = 0; i < samples.size(); i++) {
      results.add(new AttackResult(status[i], best[i], margin[i], forwards[i], backwards[i]));
    }
    return results;
  }
}
