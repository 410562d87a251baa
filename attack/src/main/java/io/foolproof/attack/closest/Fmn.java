package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.OntoBall;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.search.Schedule;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Fast minimum-norm attack: gradient steps in a ball whose radius follows the boundary.
 *
 * <p>Pintor, Roli, Brendel, Biggio: Fast minimum-norm adversarial attacks through adaptive norm
 * constraints, 2021, arXiv 2102.12827, algorithm 1. As long as nothing adversarial was found, the
 * radius is the distance at which the linearised model has its boundary, but grows in any case: the
 * estimate alone stands still where the gradient misleads. The projection onto an L1 ball heeds the
 * box.
 *
 * @param steps gradient steps
 * @param alpha the first step's length in widths of the box; the last step has a hundredth of it
 * @param gamma fraction by which the radius changes at first; a fiftieth of it in the end
 */
@Named("fmn")
public record Fmn(@AtLeast(1) int steps, @Positive double alpha, @Fraction double gamma)
    implements MinimalNormAttack, HasSteps<Fmn> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: projected gradient steps with a radius that follows the boundary",
          "Pintor et al. 2021, arXiv 2102.12827",
          "1,000 gradients");

  private static final double LAST_ALPHA = 0.01;
  private static final double LAST_GAMMA = 0.02;

  /** Checks the settings. */
  public Fmn {
    Settings.check(Fmn.class, steps, alpha, gamma);
  }

  /** With the default settings. */
  public static Fmn standard() {
    return new Fmn(1000, 1, 0.05);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.ofValues();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    pursuit.search(0, lanes -> follow(pursuit, lanes));
    Tightening.of(pursuit);
    return pursuit.results();
  }

  private void follow(ClosestPursuit pursuit, Lanes lanes) {
    Tensor farthest = pursuit.farthest(lanes);
    Tensor x = lanes.images();
    Tensor epsilon = Tensor.full(pursuit.norm() == Norm.L0 ? 1 : 0, DType.FLOAT32, lanes.size(), 1);
    for (int step = 0; step < steps && pursuit.goesOn(lanes); step++) {
      try (Scope turn = Scope.open()) {
        double alphaNow = pursuit.width() * Schedule.cosine(alpha, alpha * LAST_ALPHA, step, steps);
        double gammaNow = Schedule.cosine(gamma, gamma * LAST_GAMMA, step, steps);
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        Tensor gradient = at.direction(at.margin());
        Tensor next = radius(at, x, gradient, epsilon, gammaNow);
        epsilon = turn.replace(epsilon, next.minimum(farthest));
        Tensor moved = x.sub(Rows.unit(gradient, Norm.L2).mul(alphaNow));
        x = turn.replace(x, within(pursuit, lanes, moved, epsilon));
      }
    }
    pursuit.look(lanes, x);
  }

  /**
   * Points brought into balls. In L2 and L1 a lane for which nothing adversarial is known goes out
   * to the radius, where the boundary was estimated: where gradients are small, steps of length
   * alpha would take long to come near.
   */
  private static Tensor within(ClosestPursuit pursuit, Lanes lanes, Tensor points, Tensor radius) {
    Norm norm = pursuit.norm();
    Tensor inside = OntoBall.project(pursuit, lanes.images(), points, radius);
    if (norm != Norm.L2 && norm != Norm.L1) {
      return inside;
    }
    Tensor change = Rows.scaledTo(points.sub(lanes.images()), norm, radius);
    Tensor found = pursuit.distance(lanes).lt(Double.POSITIVE_INFINITY);
    return Tensor.where(found, inside, pursuit.inBox(lanes.images().add(change)));
  }

  private static Tensor radius(
      ClosestPursuit.Evaluation at, Tensor x, Tensor gradient, Tensor epsilon, double gamma) {
    Tensor closest = at.pursuit().distance(at.lanes());
    Tensor shrunk;
    Tensor grown;
    if (at.pursuit().norm() == Norm.L0) {
      shrunk =
          epsilon
              .sub(1)
              .minimum(epsilon.mul(1 - gamma).floor())
              .clamp(0, at.pursuit().input().elements());
      grown = epsilon.add(1).maximum(epsilon.mul(1 + gamma).floor());
    } else {
      shrunk = epsilon.mul(1 - gamma);
      grown =
          Tensor.where(
              closest.lt(Double.POSITIVE_INFINITY),
              epsilon.mul(1 + gamma),
              reach(at, x, gradient, epsilon.mul(1 + gamma)));
    }
    return Tensor.where(at.fooled(), shrunk.minimum(closest), grown);
  }

  /** Where the linearised model has its boundary, and no less than a radius. */
  static Tensor reach(ClosestPursuit.Evaluation at, Tensor x, Tensor gradient, Tensor least) {
    Norm norm = at.pursuit().norm();
    Tensor slope = Rows.norm(gradient, norm.dual()).clamp(1e-12, Double.POSITIVE_INFINITY);
    Tensor way = at.margin().detach().abs().unsqueeze(1).div(slope);
    return Rows.norm(x.sub(at.lanes().images()), norm).add(way).maximum(least);
  }
}
