package io.foolproof.attack.gradient;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * The fast gradient sign method: one step of length epsilon along the gradient.
 *
 * <p>Goodfellow, Shlens, Szegedy: Explaining and harnessing adversarial examples, 2014, arXiv
 * 1412.6572, section 4; for L2 and L1 with their steepest steps instead of the sign.
 */
@Named("fgsm")
public record Fgsm() implements Attack {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "one step along the gradient",
          "Goodfellow et al. 2014, arXiv 1412.6572",
          "1 gradient");

  /** With the default settings. */
  public static Fgsm standard() {
    return new Fgsm();
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      Tensor x = lanes.images();
      Tensor gradient = pursuit.gradient(lanes, x);
      Tensor step = lanes.ball().steepest(x, gradient).mul(threat.epsilon());
      pursuit.look(lanes, lanes.ball().project(x.add(step)));
    }
    return pursuit.results();
  }
}
