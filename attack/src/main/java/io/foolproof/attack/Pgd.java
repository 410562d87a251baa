package io.foolproof.attack;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Projected gradient descent, with random starts and restarts, in the L-inf, L2 and L1 norm.
 *
 * <p>Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial
 * attacks, 2017, arXiv 1706.06083, section 2.1. Restarts are for each sample that is still
 * standing.
 *
 * @param name the name under which it runs; another name draws other random numbers
 * @param steps gradient steps of one restart
 * @param relativeStep alpha as a share of epsilon
 * @param restarts how often to start anew
 * @param randomStart whether to start anywhere in the ball, or at the image
 */
public record Pgd(String name, int steps, double relativeStep, int restarts, boolean randomStart)
    implements Attack {

  /** Checks the numbers. */
  public Pgd {
    Settings.atLeast(name, "steps", steps, 1);
    Settings.atLeast(name, "restarts", restarts, 1);
    Settings.positive(name, "step", relativeStep);
  }

  @Override
  public String settings() {
    return name + ":steps=" + steps + ":step=" + relativeStep + ":restarts=" + restarts;
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.LINF, Norm.L2, Norm.L1);
  }

  @Override
  public List<AttackResult> run(
      DifferentiableClassifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name);
    double alpha = relativeStep * threat.epsilon();
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        climb(pursuit, pursuit.standing(restart), alpha);
      }
    }
    return pursuit.results();
  }

  private void climb(Pursuit pursuit, Pursuit.Lanes lanes, double alpha) {
    Tensor x = randomStart ? lanes.ball().random(lanes.streams()) : lanes.images();
    for (int step = 0; step < steps && lanes.size() > 0; step++) {
      try (Scope scope = Scope.open()) {
        Tensor gradient = pursuit.gradient(lanes, x);
        Tensor ascent = lanes.ball().steepest(x, gradient).mul(alpha);
        x = scope.replace(x, lanes.ball().project(x.add(ascent)));
      }
      if (pursuit.canShrink(lanes)) {
        int[] rows = pursuit.stillStanding(lanes);
        lanes = lanes.rows(rows);
        x = x.rows(rows);
      }
    }
    pursuit.look(lanes, x);
  }
}
