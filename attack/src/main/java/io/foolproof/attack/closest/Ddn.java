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
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.search.Schedule;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decoupled direction and norm: the gradient gives the direction, and the norm shrinks where the
 * point is adversarial and grows where it is not.
 *
 * <p>Rony, Hafemann, Oliveira, Ben Ayed, Sabourin, Granger: Decoupling direction and norm for
 * efficient gradient-based L2 adversarial attacks and defenses, 2018, arXiv 1811.09600, algorithm
 * 1, without its rounding to 8 bits.
 *
 * @param steps gradient steps
 * @param gamma fraction by which the norm changes in a step
 */
@Named("ddn")
public record Ddn(@AtLeast(1) int steps, @Fraction double gamma)
    implements MinimalNormAttack, HasSteps<Ddn> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: direction and norm of the perturbation decoupled",
          "Rony et al. 2018, arXiv 1811.09600",
          "1,000 gradients");

  /** Lengths are in widths of the box. */
  private static final double FIRST_EPSILON = 1;

  private static final double FIRST_ALPHA = 1;
  private static final double LAST_ALPHA = 0.01;

  /** Checks the settings. */
  public Ddn {
    Settings.check(Ddn.class, steps, gamma);
  }

  /** With the default settings. */
  public static Ddn standard() {
    return new Ddn(1000, 0.05);
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
    Tensor farthest = pursuit.farthest(lanes);
    Tensor x = lanes.images();
    Tensor epsilon = Tensor.full(FIRST_EPSILON * pursuit.width(), DType.FLOAT32, lanes.size(), 1);
    for (int step = 0; step < steps && pursuit.goesOn(lanes); step++) {
      try (Scope turn = Scope.open()) {
        double alpha = pursuit.width() * Schedule.cosine(FIRST_ALPHA, LAST_ALPHA, step, steps);
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        Tensor gradient = at.direction(pursuit.goal().crossEntropy(at.logits(), lanes.labels()));
        Tensor delta = x.sub(lanes.images()).add(Rows.unit(gradient, Norm.L2).mul(alpha));
        Tensor scaled = Tensor.where(at.fooled(), epsilon.mul(1 - gamma), epsilon.mul(1 + gamma));
        epsilon = turn.replace(epsilon, scaled.minimum(farthest));
        Tensor moved = lanes.images().add(Rows.scaledTo(delta, Norm.L2, epsilon));
        x = turn.replace(x, pursuit.inBox(moved));
      }
    }
    pursuit.look(lanes, x);
  }
}
