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
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Projected gradient descent, with random starts and restarts, in the L-inf, L2 and L1 norm.
 *
 * <p>Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial
 * attacks, 2017, arXiv 1706.06083, section 2.1.
 *
 * @param steps gradient steps of one restart
 * @param relativeStep alpha as a fraction of epsilon
 * @param restarts number of random starts; only samples that are not fooled yet start again
 * @param loss what to climb
 */
@Named("pgd")
public record Pgd(
    @AtLeast(1) int steps,
    @Named("step") @Positive double relativeStep,
    @AtLeast(1) int restarts,
    Loss loss)
    implements PerSampleEpsilon<Pgd>, HasRestarts<Pgd>, HasLoss<Pgd> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "projected gradient steps from random starts",
          "Madry et al. 2017, arXiv 1706.06083",
          "40 gradients a restart");

  /** Checks the settings. */
  public Pgd {
    Settings.check(Pgd.class, steps, relativeStep, restarts, loss);
  }

  /** With the default settings. */
  public static Pgd standard() {
    return new Pgd(40, 0.1, 1, Loss.CROSS_ENTROPY);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    Objective objective = loss.towards(threat.goal());
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(restart);
        Tensor random = lanes.ball().random(lanes.streams());
        LaneTensor start = lanes.hold(pursuit.start(lanes, restart, random));
        climb(pursuit, lanes, objective, start, steps, relativeStep);
      }
    }
    return pursuit.results();
  }

  /**
   * Steps of steepest ascent, each followed by a projection.
   *
   * @param x where the steps start, and then lead
   * @param relativeStep alpha as a fraction of epsilon
   */
  static void climb(
      Pursuit pursuit,
      BallLanes lanes,
      Objective objective,
      LaneTensor x,
      int steps,
      double relativeStep) {
    for (int step = 0; step < steps && lanes.size() > 0; step++) {
      try (Scope turn = Scope.open()) {
        Tensor gradient = pursuit.slope(lanes, x.get(), objective).gradient();
        Tensor ascent = lanes.ball().steepest(x.get(), gradient);
        x.set(
            turn,
            lanes.ball().project(x.get().add(ascent.mul(pursuit.lengths(lanes, relativeStep)))));
      }
      pursuit.dropFinished(lanes);
    }
    pursuit.look(lanes, x.get());
  }
}
