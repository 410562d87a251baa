package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Goal;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Fast adaptive boundary attack: alternates between the nearest linearised boundary and the image.
 *
 * <p>Croce and Hein: Minimally distorted adversarial examples with a fast adaptive boundary attack,
 * 2019, arXiv 1907.02044, algorithm 1. Restarts begin within half of min(closest, epsilon), as in
 * section 3.4 and in the authors' code.
 *
 * @param steps linearisations of one search
 * @param restarts searches, of which all but the first start at random points
 */
@Named("fab")
public record Fab(@AtLeast(1) int steps, @AtLeast(1) int restarts)
    implements MinimalNormAttack, HasSteps<Fab>, HasRestarts<Fab> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: alternates between boundary and image",
          "Croce and Hein 2019, arXiv 1907.02044",
          "100 gradients a class");

  private static final double MOST_ALPHA = 0.1;
  private static final double ETA = 1.05;
  private static final double BETA = 0.9;

  /** After this many steps in a row without an adversarial point, a lane may be circling. */
  private static final int PATIENCE = 5;

  /** Checks the settings. */
  public Fab {
    Settings.check(Fab.class, steps, restarts);
  }

  /** With the default settings. */
  public static Fab standard() {
    return new Fab(100, 1);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    return search(pursuit, steps, restarts, lanes -> List.of(Rivals.of(pursuit, lanes)));
  }

  /**
   * Searches for the closest point, towards one group of rivals after another.
   *
   * @param groups the classes to consider at once, for the samples that are searched
   */
  static List<AttackResult> search(
      ClosestPursuit pursuit, int steps, int restarts, Function<Lanes, List<List<Tensor>>> groups) {
    for (int restart = 0; restart < restarts; restart++) {
      boolean first = restart == 0;
      pursuit.search(
          restart,
          lanes -> {
            for (List<Tensor> rivals : groups.apply(lanes)) {
              try (Scope scope = Scope.open()) {
                Tensor start = first ? lanes.images() : randomStart(pursuit, lanes);
                approach(pursuit, lanes, start, rivals, steps);
              }
            }
          });
    }
    Tightening.of(pursuit);
    return pursuit.results();
  }

  /**
   * In a random direction, half as far as the closest point found, or as epsilon if that is less.
   */
  private static Tensor randomStart(ClosestPursuit pursuit, Lanes lanes) {
    Tensor noise = Draws.gaussian(lanes.streams(), lanes.images().shape());
    Tensor far = pursuit.distance(lanes).minimum(pursuit.farthest(lanes));
    Tensor half = far.minimum(Rows.column(pursuit.epsilons(lanes), 2)).mul(0.5);
    return pursuit.inBox(lanes.images().add(Rows.scaledTo(noise, pursuit.norm(), half)));
  }

  private static void approach(
      ClosestPursuit pursuit, Lanes lanes, Tensor start, List<Tensor> rivals, int steps) {
    Tensor origin = lanes.images();
    Tensor x = start;
    Tensor misses = Tensor.zeros(DType.FLOAT32, lanes.size(), 1);
    for (int step = 0; step < steps && pursuit.goesOn(lanes); step++) {
      try (Scope turn = Scope.open()) {
        Hyperplane boundary = Hyperplane.nearest(pursuit.evaluate(lanes, x), rivals);
        Tensor circling = misses.gt(PATIENCE);
        Tensor fromX = step(boundary, x, pursuit, circling);
        Hyperplane seenFromOrigin = boundary.from(origin.sub(x));
        Tensor fromOrigin = step(seenFromOrigin, origin, pursuit, circling);
        Tensor lengthX = length(fromX, pursuit.norm());
        Tensor lengthOrigin = length(fromOrigin, pursuit.norm());
        Tensor alpha = lengthX.div(lengthX.add(lengthOrigin)).clamp(0, MOST_ALPHA);
        if (manyBoundaries(pursuit)) {
          alpha = alpha.mul(circling.not().to(DType.FLOAT32));
        }
        Tensor nearX = x.add(fromX.mul(ETA));
        Tensor nearOrigin = origin.add(fromOrigin.mul(ETA));
        Tensor moved = pursuit.inBox(nearX.add(nearOrigin.sub(nearX).mul(alpha)));
        Tensor fooled = Tensor.of(pursuit.look(lanes, moved), lanes.size(), 1);
        Tensor back = pursuit.inBox(origin.add(moved.sub(origin).mul(BETA)));
        x = turn.replace(x, Tensor.where(fooled, back, moved));
        Tensor missed = misses.add(1).mul(fooled.not().to(DType.FLOAT32));
        misses = turn.replace(misses, missed);
      }
    }
    pursuit.look(lanes, x);
  }

  /** Whether a point must be beyond the boundaries with all other classes, not with any one. */
  private static boolean manyBoundaries(ClosestPursuit pursuit) {
    return pursuit.goal() instanceof Goal.Targeted;
  }

  /**
   * The shortest step onto a boundary; where a lane circles in L1, or towards a target, the
   * shortest in L2.
   *
   * <p>In L1 a step moves the one value that gains most on its boundary, which may lose as much on
   * the next one: such steps can go round for ever, as can those between the boundaries of a target
   * with its rivals while they are drawn back to the image. Steps that are shortest in L2 meet
   * between any half-spaces that have a point in common.
   */
  private static Tensor step(
      Hyperplane boundary, Tensor points, ClosestPursuit pursuit, Tensor circling) {
    Tensor shortest = StepInBox.of(boundary, points, pursuit.norm(), pursuit.input());
    boolean mayCircle = pursuit.norm() == Norm.L1 || manyBoundaries(pursuit);
    if (!mayCircle || !circling.any()) {
      return shortest;
    }
    Tensor meeting = StepInBox.of(boundary, points, Norm.L2, pursuit.input());
    return Tensor.where(circling, meeting, shortest);
  }

  private static Tensor length(Tensor step, Norm norm) {
    return Rows.norm(step, norm).clamp(1e-8, Double.POSITIVE_INFINITY);
  }
}
