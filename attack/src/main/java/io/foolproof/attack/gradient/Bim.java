package io.foolproof.attack.gradient;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
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
public record Bim(int steps) implements Attack {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          "bim",
          "small steps along the gradient, from the image",
          "Kurakin et al. 2016, arXiv 1607.02533",
          "10 gradients",
          settings -> new Bim(settings.integer("steps", 10)));

  /** Checks the number of steps. */
  public Bim {
    Settings.atLeast("bim", "steps", steps, 1);
  }

  @Override
  public String name() {
    return "bim";
  }

  @Override
  public String settings() {
    return "bim:steps=" + steps;
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    return new Pgd(name(), steps, 1.0 / steps, 1, false, Loss.CROSS_ENTROPY)
        .run(model, samples, threat, seed);
  }
}
