package io.foolproof.attack.gradient;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import java.util.List;
import java.util.Set;

/**
 * Auto-PGD: projected gradient descent that chooses its own step sizes, with random starts.
 *
 * <p>Croce and Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse
 * parameter-free attacks, 2020, arXiv 2003.01690, algorithm 1; for the L1 norm Croce and Hein: Mind
 * the box, 2021, arXiv 2103.01208, section 3.3. The loop is {@link ApgdClimb}.
 *
 * @param steps gradient steps of one restart
 * @param restarts how often to start anew, for each sample that is still standing
 * @param loss what to climb
 */
@Named("apgd")
public record Apgd(@AtLeast(1) int steps, @AtLeast(1) int restarts, Loss loss)
    implements Attack, HasSteps<Apgd>, HasRestarts<Apgd> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "gradient steps whose size adapts",
          "Croce and Hein 2020, arXiv 2003.01690",
          "100 gradients a restart");

  /** Checks the settings. */
  public Apgd {
    Settings.check(Apgd.class, steps, restarts, loss);
  }

  /** With the default settings. */
  public static Apgd standard() {
    return new Apgd(100, 1, Loss.CROSS_ENTROPY);
  }

  /** The same attack on another loss. */
  public Apgd withLoss(Loss other) {
    return new Apgd(steps, restarts, other);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    Attack.super.requireApplicable(model, threat);
    loss.requireClasses(name(), model, threat.goal());
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        ApgdClimb.run(pursuit, pursuit.standing(restart), loss.towards(threat.goal()), steps);
      }
    }
    return pursuit.results();
  }
}
