package io.foolproof.attack.closest;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Looks for nearer adversarial examples between the clean images and those that other attacks
 * found, for a few evaluations and no gradients: the points of the line from one to the other at
 * some distances, the smallest first.
 *
 * <p>It belongs to no catalogue: it needs examples, and an audit gives it those that others found.
 *
 * @param epsilons the distances, growing; instead of farther ones, the known example is evaluated
 */
public record Nearer(List<Double> epsilons) implements Attack {
  /** What rounding to 32 bits may add to a distance, and more. */
  private static final double WITHIN = 1 - 1e-6;

  @Override
  public String name() {
    return "nearer";
  }

  @Override
  public String settings() {
    return name();
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  @Override
  public long mostQueries() {
    return epsilons.size();
  }

  /** As all attacks; the samples' starts are the examples that are known. */
  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Norm norm = NormBounded.require(threat).norm();
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    for (double epsilon : epsilons) {
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(0);
        if (lanes.size() == 0) {
          break;
        }
        float[][] known = new float[lanes.size()][];
        for (int lane = 0; lane < known.length; lane++) {
          known[lane] = samples.starts()[lanes.members()[lane]];
        }
        Tensor images = lanes.images();
        Tensor change = Rows.stack(known, images.shape()).sub(images);
        Tensor length = Rows.norm(change, norm).clamp(0, epsilon * WITHIN);
        Tensor points = images.add(Rows.scaledTo(change, norm, length));
        pursuit.look(lanes, lanes.ball().project(points));
      }
    }
    return pursuit.results();
  }
}
