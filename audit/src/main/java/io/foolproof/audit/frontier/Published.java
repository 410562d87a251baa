package io.foolproof.audit.frontier;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import java.util.List;

/**
 * Figures for all 10,000 test digits of MNIST, L-inf, epsilon 0.3, after AutoAttack, as its authors
 * list them with its code, the repository fra31/auto-attack: Croce, Hein: Reliable evaluation of
 * adversarial robustness with an ensemble of diverse parameter-free attacks, 2020, arXiv
 * 2003.01690.
 *
 * @param name of the defense
 * @param clean accuracy, a fraction
 * @param robust accuracy, a fraction
 * @param source the paper of the defense
 */
public record Published(String name, double clean, double robust, String source) {
  private static final double EPSILON = 0.3;

  private static final List<Published> MNIST =
      List.of(
          new Published("Gowal et al. 2020", 0.9926, 0.9634, "arXiv 2010.03593"),
          new Published("CROWN-IBP", 0.9838, 0.9396, "arXiv 1906.06316"),
          new Published("TRADES", 0.9948, 0.9281, "arXiv 1901.08573"),
          new Published("Madry et al. 2018", 0.9853, 0.8850, "arXiv 1706.06083"),
          new Published("Fast", 0.9850, 0.8293, "arXiv 2001.03994"));

  /** Those of the same set and threat; none for others. */
  public static List<Published> beside(ImageSet data, ThreatModel threat) {
    return data.name().equals("mnist")
            && threat instanceof NormBounded bounded
            && bounded.norm() == Norm.LINF
            && bounded.goal() instanceof Goal.Untargeted
            && Math.abs(bounded.epsilon() - EPSILON) < 1e-9
        ? MNIST
        : List.of();
  }
}
