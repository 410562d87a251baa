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
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The Carlini and Wagner attacks: minimise the squared distance plus a constant times the margin,
 * in variables that cannot leave the box.
 *
 * <p>Carlini and Wagner: Towards evaluating the robustness of neural networks, 2016, arXiv
 * 1608.04644, section V, and of section VI: A for L2, where each sample has a search for its
 * constant; B for L0, {@link CwFewest}; C for L-inf, {@link CwBound}.
 *
 * @param searches constants to try for L2
 * @param steps gradient steps of one descent at most
 * @param step the learning rate, in the variables w of x = (tanh(w) + 1) / 2
 */
@Named("cw")
public record CarliniWagner(@AtLeast(1) int searches, @AtLeast(1) int steps, @Positive double step)
    implements MinimalNormAttack, HasSteps<CarliniWagner> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: distance and margin, with a search for their weights",
          "Carlini and Wagner 2016, arXiv 1608.04644",
          "4,500 gradients; 22,500 in L-inf, 30,000 in L0");

  /** Checks the settings. */
  public CarliniWagner {
    Settings.check(CarliniWagner.class, searches, steps, step);
  }

  /** With the default settings. */
  public static CarliniWagner standard() {
    return new CarliniWagner(9, 500, 0.01);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L2, Norm.LINF, Norm.L0);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    CwDescent descent = new CwDescent(pursuit, new TanhBox(model.input()), steps, step);
    switch (pursuit.norm()) {
      case L2 -> {
        Penalty length = new Penalty.SquaredLength(false);
        ConstantSearch.over(
            pursuit,
            searches,
            (lanes, constants) -> descent.from(lanes, constants, length).fooled());
      }
      case LINF -> CwBound.search(pursuit, descent);
      case L0 -> CwFewest.search(pursuit, descent);
      case L1, L0_PIXELS ->
          throw new IllegalStateException("no version for " + pursuit.norm().symbol());
    }
    Tightening.of(pursuit);
    return pursuit.results();
  }
}
