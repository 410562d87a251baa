package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Goal;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * NewtonFool: steps along the gradient of the probability of the label, each as long as Newton's
 * method would take to bring it down to what guessing gives.
 *
 * <p>Jang, Wu, Jha: Objective metrics and gradient descent algorithms for adversarial examples in
 * machine learning, ACSAC 2017, algorithm 1. A step is at most a fraction of the size of the box,
 * for which the paper has the image's length: that would leave a black image where it is. Towards a
 * target it is the probability of all other classes that is brought down to zero.
 *
 * @param steps gradient steps at most
 * @param eta the longest step, as a fraction of the distance to the farthest corner of the box
 */
@Named("newtonfool")
public record NewtonFool(@AtLeast(1) int steps, @Positive double eta)
    implements MinimalNormAttack, HasSteps<NewtonFool> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: Newton steps on the probability of the label",
          "Jang et al. 2017, ACSAC",
          "100 gradients");

  /** Where there are two classes, a little less than guessing is needed to cross the boundary. */
  private static final double UNDER = 0.9;

  /** Checks the settings. */
  public NewtonFool {
    Settings.check(NewtonFool.class, steps, eta);
  }

  /** With the default settings. */
  public static NewtonFool standard() {
    return new NewtonFool(100, 0.01);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L2);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    pursuit.search(0, lanes -> descend(pursuit, lanes));
    Tightening.of(pursuit);
    return pursuit.results();
  }

  private void descend(ClosestPursuit pursuit, Lanes lanes) {
    double guessing = pursuit.goal() instanceof Goal.Targeted ? 0 : UNDER / pursuit.classes();
    LaneTensor longest = lanes.hold(pursuit.farthest(lanes).mul(eta));
    LaneTensor x = lanes.hold(lanes.images());
    for (int k = 0; k < steps && pursuit.goesOn(lanes); k++) {
      boolean[] fooled;
      try (Scope turn = Scope.open()) {
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x.get());
        fooled = at.fooled().toBooleans();
        Tensor odds = logOdds(at);
        Tensor gradient = at.direction(odds);
        Tensor length = newtonStep(odds.detach().unsqueeze(1), gradient, guessing);
        Tensor down = Rows.unit(gradient, Norm.L2).mul(length.minimum(longest.get()));
        x.set(turn, pursuit.inBox(x.get().sub(down)));
      }
      lanes.drop(fooled);
    }
    if (lanes.size() > 0) {
      pursuit.look(lanes, x.get());
    }
  }

  /**
   * The logarithm of p / (1 - p) for the probability p that is to fall, [lanes]. Its gradient has
   * the direction of that of p, and does not vanish where p is 1 but for rounding.
   */
  private static Tensor logOdds(ClosestPursuit.Evaluation at) {
    Goal goal = at.pursuit().goal();
    Tensor reference = goal.referenceClass(at.lanes().labels()).unsqueeze(1);
    Tensor others = at.logits().scatter(1, reference, Double.NEGATIVE_INFINITY).logSumExp(1);
    return at.logits().gather(1, reference).squeeze(1).sub(others).mul(goal.direction());
  }

  /** How far p is above guessing, over the length of its gradient p (1 - p) grad(log-odds). */
  private static Tensor newtonStep(Tensor odds, Tensor gradient, double guessing) {
    Tensor p = odds.sigmoid();
    Tensor slope = p.mul(odds.neg().sigmoid()).mul(Rows.norm(gradient, Norm.L2));
    Tensor above = p.sub(guessing).relu();
    return above.div(slope.clamp(Rows.SHORTEST, Double.POSITIVE_INFINITY));
  }
}
