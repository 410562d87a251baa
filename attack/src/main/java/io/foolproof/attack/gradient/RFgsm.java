package io.foolproof.attack.gradient;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One gradient step after a random one, which leaves the place where the gradient may be masked.
 *
 * <p>Tramer, Kurakin, Papernot, Goodfellow, Boneh, McDaniel: Ensemble adversarial training, 2017,
 * arXiv 1705.07204, section 3.3, equation 7 (R+FGSM).
 *
 * @param alpha the random step as a fraction of epsilon; the gradient's step is the rest
 */
@Named("rfgsm")
public record RFgsm(@Fraction double alpha) implements Attack {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "one step along the gradient after a random one",
          "Tramer et al. 2017, arXiv 1705.07204",
          "1 gradient");

  /** Checks the settings. */
  public RFgsm {
    Settings.check(RFgsm.class, alpha);
  }

  /** With the default settings. */
  public static RFgsm standard() {
    return new RFgsm(0.5);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.LINF, Norm.L2);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      Ball ball = lanes.ball();
      Tensor noise = Draws.gaussian(lanes.streams(), lanes.images().shape());
      Tensor leap = ball.steepest(lanes.images(), noise).mul(alpha * threat.epsilon());
      Tensor x = ball.project(lanes.images().add(leap));
      Tensor step = ball.steepest(x, pursuit.gradient(lanes, x));
      pursuit.look(lanes, ball.project(x.add(step.mul((1 - alpha) * threat.epsilon()))));
    }
    return pursuit.results();
  }
}
