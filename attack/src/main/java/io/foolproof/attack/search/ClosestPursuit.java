package io.foolproof.attack.search;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Keeps the books of a {@link MinimalNormAttack} on a micro-batch, as {@link Pursuit} does for
 * attacks within a ball: evaluates the model, counts evaluations per sample, and remembers for
 * every sample the adversarial point with the smallest norm, measured in double precision.
 *
 * <p>An attack moves points [lanes, d], whatever the shape of an image, and shows every one to
 * {@link #evaluate} or {@link #look}; each counts, be it halfway. Points must be in the model's
 * box.
 *
 * <p>A randomised model has no boundary to be close to: what is handed on is the point within
 * epsilon that fools most draws.
 */
public final class ClosestPursuit extends Evaluator {
  /**
   * By what fraction of the largest logit a point must be beyond the boundary to count. An attack
   * ends so close to it that another runtime, which rounds differently, would not agree otherwise.
   */
  private static final double CLEARANCE = 1e-5;

  private final float[][] closest;
  private final double[] closestMargin;
  private final double[] distance;
  private final boolean[] broken;

  /** Whether a sample is done with once it is fooled within epsilon. */
  private final boolean ends;

  /** Evaluates the clean images: what is misclassified already needs no attack. */
  public ClosestPursuit(
      Classifier model, Samples samples, ThreatModel threat, long seed, String attack) {
    super(model, samples, threat, seed, attack);
    int n = samples.size();
    this.closest = samples.images().clone();
    this.closestMargin = new double[n];
    this.distance = new double[n];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    this.broken = new boolean[n];
    this.ends = model instanceof Ending;
    forLanes(0, i -> true, lanes -> look(lanes, lanes.images()));
  }

  /** The width of the model's box. */
  public double width() {
    return input().high() - input().low();
  }

  /** Points moved into the model's box. */
  public Tensor inBox(Tensor points) {
    return points.clamp(input().low(), input().high());
  }

  /**
   * Attacks the samples that are correctly classified, with finite logits so far, and not done
   * with.
   *
   * @param restart which random restart, from 0: each has random numbers of its own
   * @param search not called when there are none
   */
  public void search(int restart, Consumer<Lanes> search) {
    forLanes(restart, i -> !broken[i] && !isDone(i), search);
  }

  /** Whether a sample is misclassified, or fooled closely enough: what is shown then is ignored. */
  private boolean isDone(int i) {
    return distance[i] <= (ends ? epsilon(i) : 0);
  }

  /** Whether any lane is not done with, so that a loop goes on. */
  public boolean goesOn(Lanes lanes) {
    return !IntStream.of(lanes.members()).allMatch(this::isDone);
  }

  /** As {@link #goesOn(Lanes)}, of one sample. */
  boolean goesOn(int member) {
    return !isDone(member);
  }

  /** As {@link #search}, of the samples for which an adversarial point is known. */
  public void forFound(Consumer<Lanes> search) {
    forLanes(0, i -> !isDone(i) && found(i), search);
  }

  private void forLanes(int restart, IntPredicate wanted, Consumer<Lanes> search) {
    int[] members = members(wanted);
    if (members.length > 0) {
      try (Scope scope = Scope.open()) {
        search.accept(lanes(members, restart, input().elements()));
      }
    }
  }

  private boolean found(int i) {
    return distance[i] < Double.POSITIVE_INFINITY;
  }

  /**
   * A model's answer at some points, which can be differentiated.
   *
   * @param margins how far each lane is from being fooled clearly
   */
  public record Evaluation(
      ClosestPursuit pursuit, Lanes lanes, InputGradient input, double[] margins) {

    /** What losses are computed from, [lanes, classes]. */
    public Tensor logits() {
      return input.logits();
    }

    /** How far each lane is from being fooled clearly, [lanes]. */
    public Tensor margin() {
      return pursuit.goal().margin(logits(), lanes.labels()).add(clearance(logits()));
    }

    /**
     * How far each lane is from being taken clearly for another class, [lanes]. An attack that
     * heads for the boundary itself ends so close to it that its points do not count.
     *
     * @param rival the other classes, [lanes]
     */
    public Tensor marginTo(Tensor rival) {
      Tensor own = logits().gather(1, lanes.labels().unsqueeze(1));
      return own.sub(logits().gather(1, rival.unsqueeze(1))).squeeze(1).add(clearance(logits()));
    }

    /** Whether each lane is adversarial here: [lanes, 1]. */
    public Tensor fooled() {
      return Rows.mask(areFooled(margins), 2);
    }

    /**
     * The gradient of one loss a lane, [lanes, d]; may vanish. Where no component is finite, there
     * is a random direction instead. Can be taken once.
     */
    public Tensor gradient(Tensor loss) {
      return Draws.finite(slopes(List.of(loss)).get(0), lanes.streams());
    }

    /** As {@link #gradient}; where it vanishes, too, there is a random direction instead. */
    public Tensor direction(Tensor loss) {
      return Draws.withDirection(gradient(loss), lanes.streams());
    }

    /**
     * The gradients of several losses, [lanes, d]; zero where no component is finite. Can be taken
     * once.
     */
    public List<Tensor> gradients(List<Tensor> losses) {
      return slopes(losses).stream()
          .map(slope -> Tensor.where(slope.isNan(), Tensor.zeros(DType.FLOAT32), slope))
          .toList();
    }

    private List<Tensor> slopes(List<Tensor> losses) {
      List<Tensor> slopes = input.of(losses);
      for (int member : lanes.members()) {
        pursuit.backwards[member] +=
            pursuit.isDone(member) ? 0 : (long) pursuit.draws * losses.size();
      }
      for (int row : input.evaluatedAgain()) {
        int member = lanes.members()[row];
        pursuit.forwards[member] += pursuit.isDone(member) ? 0 : 1;
        pursuit.backwards[member] += pursuit.isDone(member) ? 0 : losses.size();
      }
      return slopes;
    }
  }

  /** Evaluates points [lanes, d] for their gradients. */
  public Evaluation evaluate(Lanes lanes, Tensor points) {
    requireGradients();
    Tensor shown = admissible(lanes, points, Evaluator::anyDistance);
    InputGradient input = new InputGradient(model, shown, nextDraws(lanes.members()));
    double[] margins = record(lanes, shown, input.logits().detach());
    return new Evaluation(this, lanes, input, margins);
  }

  /**
   * Evaluates points [lanes, d] without gradients.
   *
   * @return whether each is adversarial
   */
  public boolean[] look(Lanes lanes, Tensor points) {
    if (!goesOn(lanes)) {
      boolean[] fooled = new boolean[lanes.size()];
      Arrays.fill(fooled, true);
      return fooled;
    }
    try (Scope scope = Scope.open()) {
      Tensor shown = admissible(lanes, points.detach(), Evaluator::anyDistance);
      return areFooled(record(lanes, shown, answers(lanes.members(), shown)));
    }
  }

  private static boolean[] areFooled(double[] margins) {
    boolean[] fooled = new boolean[margins.length];
    for (int lane = 0; lane < fooled.length; lane++) {
      fooled[lane] = margins[lane] < 0;
    }
    return fooled;
  }

  /** What a search that is written for one sample is about. */
  public Dialogue.Subject subject(Lanes lanes, int lane) {
    int i = lanes.members()[lane];
    return new Dialogue.Subject(
        samples.images()[i], samples.labels()[i], lanes.streams().get(lane).spawn());
  }

  /**
   * Evaluates points of some samples, any number of each.
   *
   * @param members whose points these are, by their places in the micro-batch
   * @param points kept, so never to be changed
   * @param reach the distance that the projection onto admissible points must not exceed
   * @return the margin of each: negative where it is adversarial
   */
  public double[] ask(int[] members, float[][] points, double reach) {
    try (Scope scope = Scope.open()) {
      float[][] shown = admissible(members, points, i -> reach);
      Tensor batch = Rows.stack(shown, input().batchShape(members.length));
      return record(members, shown, answers(members, batch), i -> true);
    }
  }

  /** What the model is shown in the place of a point. */
  public float[] shown(float[] clean, float[] point) {
    return admissible(clean, point, Double.POSITIVE_INFINITY);
  }

  /**
   * Takes over what another attack has cost a sample. What it found is shown to {@link #look}, as
   * any other point.
   */
  public void credit(int member, AttackResult result) {
    forwards[member] += result.forwards();
    backwards[member] += result.backwards();
    broken[member] |= result.status() == AttackResult.Status.NOT_A_NUMBER;
  }

  /** How far the closest adversarial point of a sample is; infinite where there is none. */
  public double distance(int member) {
    return distance[member];
  }

  /** The closest adversarial point of a sample, or the clean image where there is none. */
  public float[] closest(int member) {
    return closest[member];
  }

  /** How often the model was asked about a sample. */
  public long forwards(int member) {
    return forwards[member];
  }

  /** Whether the model's answer about a sample was not a number. */
  public boolean isBroken(int member) {
    return broken[member];
  }

  /** How far beyond the boundary a point must be to count, [lanes]. */
  private static Tensor clearance(Tensor logits) {
    return logits.detach().abs().max(false, 1).mul(CLEARANCE);
  }

  private static float clearance(float[] logits) {
    float largest = 0;
    for (float logit : logits) {
      largest = Math.max(largest, Math.abs(logit));
    }
    return (float) CLEARANCE * largest;
  }

  /** As below; lanes that are done with are evaluated for as long as their neighbours are. */
  private double[] record(Lanes lanes, Tensor points, Tensor answers) {
    return record(lanes.members(), Rows.split(points), answers, i -> !isDone(i));
  }

  /**
   * Takes note of the model's answers, and returns the clear margin of each.
   *
   * @param counts of which members
   */
  private double[] record(int[] members, float[][] points, Tensor answers, IntPredicate counts) {
    float[][] logits = Rows.split(answers);
    double[] margins = new double[members.length];
    for (int row = 0; row < members.length; row++) {
      int i = members[row];
      boolean finite = Rows.isFinite(logits[row]);
      margins[row] =
          finite
              ? goal().margin(logits[row], samples.labels()[i]) + clearance(logits[row])
              : Double.NaN;
      if (counts.test(i)) {
        forwards[i] += draws;
        broken[i] |= !finite;
        if (finite) {
          remember(i, points[row], margins[row]);
        }
      }
    }
    return margins;
  }

  private void remember(int i, float[] point, double newMargin) {
    boolean finalist = finalists != null && finalists.wouldTake(i, newMargin);
    if (newMargin >= 0 && newMargin >= margin[i] && !finalist) {
      return;
    }
    double away = threat.size(threat.between(samples.images()[i], point, input()));
    if (finalists != null && away <= threat.epsilon()) {
      finalists.offer(i, point, newMargin);
    }
    // An unlucky draw of the clean image is no reason not to attack it.
    boolean unlucky = isRandom() && away == 0;
    if (newMargin < 0 && away < distance[i] && !unlucky) {
      closest[i] = point;
      closestMargin[i] = newMargin;
      distance[i] = away;
    }
    if (away <= threat.epsilon() && newMargin < margin[i]) {
      best[i] = point;
      margin[i] = newMargin;
    }
  }

  /** The closest adversarial points, or the clean images where there are none: [lanes, d]. */
  public Tensor closest(Lanes lanes) {
    return new Samples(closest, samples.labels(), samples.indices())
        .imageTensor(lanes.members(), lanes.size(), input().elements());
  }

  /** How far those are from the clean images, [lanes, 1]; infinite where there are none. */
  public Tensor distance(Lanes lanes) {
    float[] distances = new float[lanes.size()];
    for (int lane = 0; lane < distances.length; lane++) {
      distances[lane] = (float) distance[lanes.members()[lane]];
    }
    return Rows.column(distances, 2);
  }

  /** How far a point of the box can be from each clean image at most: [lanes, 1]. */
  public Tensor farthest(Lanes lanes) {
    Tensor down = lanes.images().sub(input().low());
    Tensor up = lanes.images().neg().add(input().high());
    return Rows.norm(down.maximum(up), norm());
  }

  /** What was found, one result a sample. */
  public List<AttackResult> results() {
    choose(i -> !broken[i]);
    List<AttackResult> results = new ArrayList<>(samples.size());
    for (int i = 0; i < samples.size(); i++) {
      if (isRandom()) {
        results.add(ofDraws(i));
        continue;
      }
      boolean fooled = distance[i] <= threat.epsilon();
      results.add(
          new AttackResult(
              fooled
                  ? AttackResult.Status.FOOLED
                  : broken[i] ? AttackResult.Status.NOT_A_NUMBER : AttackResult.Status.STANDING,
              fooled ? closest[i] : best[i],
              fooled ? closestMargin[i] : margin[i],
              forwards[i],
              backwards[i]));
    }
    return results;
  }

  /** Of a randomised model: the point within epsilon that fools most fresh draws. */
  private AttackResult ofDraws(int i) {
    AttackResult.Status status = AttackResult.Status.NOT_A_NUMBER;
    if (!broken[i]) {
      status = margin[i] < 0 ? AttackResult.Status.FOOLED : AttackResult.Status.STANDING;
    }
    return new AttackResult(status, best[i], margin[i], forwards[i], backwards[i]);
  }
}
