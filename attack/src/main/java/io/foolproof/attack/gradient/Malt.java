package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Evaluator;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import java.util.List;
import java.util.Set;

/**
 * Auto-PGD towards one other class after another, with the targeted DLR loss: for each sample the
 * class first whose boundary would be nearest if the model were linear, which may not be the
 * likeliest.
 *
 * <p>Melamed, Yehudai, Vardi: MALT powers up adversarial attacks, 2024, arXiv 2407.02240, algorithm
 * 1: mesoscopic almost linearity targeting.
 *
 * @param steps gradient steps towards each class
 * @param targets number of other classes to try; all of them where the model has fewer
 */
@Named("malt")
public record Malt(@AtLeast(1) int steps, @AtLeast(1) int targets)
    implements PerSampleEpsilon<Malt> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "apgd towards each of the classes with the nearest linearised boundaries",
          "Melamed et al. 2024, arXiv 2407.02240",
          "a gradient a class, then 100 a class, 9 classes");

  /** Checks the settings. */
  public Malt {
    Settings.check(Malt.class, steps, targets);
  }

  /** With the default settings. */
  public static Malt standard() {
    return new Malt(100, 9);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public String note(Classifier model, ThreatModel threat) {
    return Loss.DLR.note(model, true);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Evaluator.requireGradients(model, name());
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    RunnersUp nearest = RunnersUp.of(pursuit, threat.goal()).nearestFirst(pursuit);
    ApgdT.climb(pursuit, nearest, targets, 1, steps);
    return pursuit.results();
  }
}
