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
import io.foolproof.attack.search.LaneTensor;
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
 * DeepFool: steps onto the nearest boundary of the linearised model until the class changes.
 *
 * <p>Moosavi-Dezfooli, Fawzi, Frossard: DeepFool: a simple and accurate method to fool deep neural
 * networks, 2015, arXiv 1511.04599, algorithm 2 and section 3.3. Every step is clipped to the box.
 * The point it ends at is then moved back along the line to the image, as far as the other class
 * reaches.
 *
 * @param steps linearisations at most
 * @param overshoot length of the way beyond the boundary, as a fraction of the way to it
 */
@Named("deepfool")
public record DeepFool(@AtLeast(1) int steps, @Positive double overshoot)
    implements MinimalNormAttack, HasSteps<DeepFool> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: steps onto the nearest linearised boundary",
          "Moosavi-Dezfooli et al. 2015, arXiv 1511.04599",
          "50 gradients a class");

  /** Checks the settings. */
  public DeepFool {
    Settings.check(DeepFool.class, steps, overshoot);
  }

  /** With the default settings. */
  public static DeepFool standard() {
    return new DeepFool(50, 0.02);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.LINF, Norm.L2);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    pursuit.search(0, lanes -> cross(pursuit, lanes));
    Tightening.of(pursuit);
    return pursuit.results();
  }

  private void cross(ClosestPursuit pursuit, Lanes lanes) {
    List<LaneTensor> rivals = Rivals.of(pursuit, lanes).stream().map(lanes::hold).toList();
    LaneTensor x = lanes.hold(lanes.images());
    for (int k = 0; k < steps && pursuit.goesOn(lanes); k++) {
      boolean[] fooled;
      try (Scope turn = Scope.open()) {
        Hyperplane boundary =
            Hyperplane.nearest(
                pursuit.evaluate(lanes, x.get()), rivals.stream().map(LaneTensor::get).toList());
        x.set(turn, pursuit.inBox(x.get().add(boundary.step(pursuit.norm()))));
        Tensor beyond = x.get().sub(lanes.images()).mul(1 + overshoot);
        fooled = pursuit.look(lanes, pursuit.inBox(lanes.images().add(beyond)));
      }
      lanes.drop(fooled);
    }
  }
}
