package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
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
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import java.util.List;
import java.util.Set;

/**
 * The basic iterative method: small steps of steepest ascent from the image itself.
 *
 * <p>Kurakin, Goodfellow, Bengio: Adversarial examples in the physical world, 2016, arXiv
 * 1607.02533, section 2.2; for L2 and L1 with their steepest steps. It is {@link Pgd} without a
 * random start.
 *
 * @param steps gradient steps, each of which changes the image by epsilon / steps at most
 */
@Named("bim")
public record Bim(@AtLeast(1) int steps) implements PerSampleEpsilon<Bim> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "small steps along the gradient, from the image",
          "Kurakin et al. 2016, arXiv 1607.02533",
          "10 gradients");

  /** Checks the settings. */
  public Bim {
    Settings.check(Bim.class, steps);
  }

  /** With the default settings. */
  public static Bim standard() {
    return new Bim(10);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    Objective loss = Loss.CROSS_ENTROPY.towards(threat.goal());
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      LaneTensor start = lanes.hold(pursuit.start(lanes, 0, lanes.images()));
      Pgd.climb(pursuit, lanes, loss, start, steps, 1.0 / steps);
    }
    return pursuit.results();
  }
}
