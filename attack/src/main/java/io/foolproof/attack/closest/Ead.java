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
 * The elastic-net attack: as {@link CarliniWagner}, with the L1 norm in addition to the squared
 * distance, by shrinking and thresholding small changes.
 *
 * <p>Chen, Sharma, Zhang, Yi, Hsieh: EAD: elastic-net attacks to deep neural networks via
 * adversarial examples, 2017, arXiv 1709.04114, algorithm 1; of the points it sees, the closest in
 * L1 counts.
 *
 * @param searches constants to try
 * @param steps gradient steps for each
 * @param beta the weight of the L1 norm, for a box of width 1
 */
@Named("ead")
public record Ead(@AtLeast(1) int searches, @AtLeast(1) int steps, @Positive double beta)
    implements MinimalNormAttack, HasSteps<Ead> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: cw with an elastic-net distance",
          "Chen et al. 2017, arXiv 1709.04114",
          "4,500 gradients");

  private static final double FIRST_STEP = 0.01;

  /** Checks the settings. */
  public Ead {
    Settings.check(Ead.class, searches, steps, beta);
  }

  /** With the default settings. */
  public static Ead standard() {
    return new Ead(9, 500, 0.01);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L1);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    ConstantSearch.over(
        pursuit, searches, (lanes, constants) -> descend(pursuit, lanes, constants));
    Tightening.of(pursuit);
    return pursuit.results();
  }

  private boolean[] descend(ClosestPursuit pursuit, Lanes lanes, Tensor constants) {
    boolean[] fooled = new boolean[lanes.size()];
    // As in a box of width 1: the squared distance grows with the square of the width.
    Tensor weights = constants.mul(pursuit.width() * pursuit.width());
    Tensor images = lanes.images();
    Tensor x = images;
    Tensor y = images;
    for (int k = 0; k < steps && pursuit.goesOn(lanes); k++) {
      try (Scope turn = Scope.open()) {
        double eta = FIRST_STEP * Math.sqrt(1 - (double) k / steps);
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, y);
        Tensor gradient = y.sub(images).mul(2).add(at.gradient(at.margin().relu()).mul(weights));
        Tensor next = shrunk(pursuit, images, y.sub(gradient.mul(eta)));
        Tensor momentum = next.sub(x).mul(k / (k + 3.0));
        y = turn.replace(y, pursuit.inBox(next.add(momentum)));
        x = turn.replace(x, next);
        boolean[] now = pursuit.look(lanes, x);
        for (int lane = 0; lane < fooled.length; lane++) {
          fooled[lane] |= now[lane];
        }
      }
    }
    return fooled;
  }

  /** Every change made smaller by beta, and those that were smaller taken back. */
  private Tensor shrunk(ClosestPursuit pursuit, Tensor images, Tensor points) {
    Tensor delta = points.sub(images);
    Tensor less = delta.abs().sub(beta * pursuit.width()).relu().mul(delta.sign());
    return pursuit.inBox(images.add(less));
  }
}
