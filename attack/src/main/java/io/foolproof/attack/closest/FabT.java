package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import java.util.List;
import java.util.Set;

/**
 * The fast adaptive boundary attack towards one other class after another, which takes one gradient
 * where {@link Fab} takes one a class; for each sample the class that is likeliest on its clean
 * image first.
 *
 * <p>Croce and Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse
 * parameter-free attacks, 2020, arXiv 2003.01690, section 5.
 *
 * @param steps linearisations of one search
 * @param restarts searches, of which all but the first start at random points
 * @param targets number of other classes to try; all of them where the model has fewer
 */
@Named("fabt")
public record FabT(@AtLeast(1) int steps, @AtLeast(1) int restarts, @AtLeast(1) int targets)
    implements MinimalNormAttack, HasSteps<FabT>, HasRestarts<FabT> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: fab towards one class after another",
          "Croce and Hein 2020, arXiv 2003.01690",
          "100 gradients, 9 classes");

  /** Checks the settings. */
  public FabT {
    Settings.check(FabT.class, steps, restarts, targets);
  }

  /** With the default settings. */
  public static FabT standard() {
    return new FabT(100, 1, 9);
  }

  /** The same attack towards another number of classes. */
  public FabT withTargets(int other) {
    return new FabT(steps, restarts, other);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    return Fab.search(
        pursuit,
        steps,
        restarts,
        lanes -> Rivals.of(pursuit, lanes, targets).stream().map(List::of).toList());
  }
}
