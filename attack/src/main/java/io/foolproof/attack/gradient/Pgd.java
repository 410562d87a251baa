package io.foolproof.attack.gradient;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Objective;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
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
 * @param loss what to climb
 */
public record Pgd(
    String name, int steps, double relativeStep, int restarts, boolean randomStart, Loss loss)
    implements Attack {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          "pgd",
          "projected gradient steps from random starts",
          "Madry et al. 2017, arXiv 1706.06083",
          "40 gradients a restart",
          settings ->
              new Pgd(
                  "pgd",
                  settings.integer("steps", 40),
                  settings.number("step", 0.1),
                  settings.integer("restarts", 1),
                  true,
                  settings.choice("loss", Loss.CROSS_ENTROPY)));

  /** Checks the numbers. */
  public Pgd {
    Settings.atLeast(name, "steps", steps, 1);
    Settings.atLeast(name, "restarts", restarts, 1);
    Settings.positive(name, "step", relativeStep);
  }

  @Override
  public String settings() {
    return name
        + ":steps="
        + steps
        + ":step="
        + relativeStep
        + ":restarts="
        + restarts
        + ":loss="
        + loss;
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    Attack.super.requireApplicable(model, threat);
    loss.requireClasses(name, model, threat.goal());
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name);
    Objective objective = loss.towards(threat.goal());
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        Pursuit.Lanes lanes = pursuit.standing(restart);
        Tensor start = randomStart ? lanes.ball().random(lanes.streams()) : lanes.images();
        climb(pursuit, lanes, objective, start, steps, relativeStep * threat.epsilon());
      }
    }
    return pursuit.results();
  }

  /** Steps of steepest ascent, each of length alpha and followed by a projection. */
  static void climb(
      Pursuit pursuit,
      Pursuit.Lanes lanes,
      Objective objective,
      Tensor start,
      int steps,
      double alpha) {
    Tensor x = start;
    for (int step = 0; step < steps && lanes.size() > 0; step++) {
      try (Scope scope = Scope.open()) {
        Tensor gradient = pursuit.slope(lanes, x, objective).gradient();
        Tensor ascent = lanes.ball().steepest(x, gradient).mul(alpha);
        x = scope.replace(x, lanes.ball().project(x.add(ascent)));
      }
      if (pursuit.canShrink(lanes)) {
        int[] rows = pursuit.stillStanding(lanes);
        lanes = lanes.rows(rows);
        objective = objective.rows(rows);
        x = x.rows(rows);
      }
    }
    pursuit.look(lanes, x);
  }
}
