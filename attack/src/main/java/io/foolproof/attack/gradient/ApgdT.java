package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import java.util.List;
import java.util.Set;

/**
 * Auto-PGD towards one other class after another, with the targeted DLR loss: for each sample the
 * class that is likeliest on its clean image first.
 *
 * <p>Croce and Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse
 * parameter-free attacks, 2020, arXiv 2003.01690, section 4.1 and equation 7. Under a targeted goal
 * its class is the only one, and the rival is the best of all others.
 *
 * @param steps gradient steps of one restart
 * @param targets number of other classes to try; all of them where the model has fewer
 * @param restarts number of starts for each of them
 */
@Named("apgd-t")
public record ApgdT(@AtLeast(1) int steps, @AtLeast(1) int targets, @AtLeast(1) int restarts)
    implements PerSampleEpsilon<ApgdT>, HasRestarts<ApgdT> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "apgd towards each of the likeliest other classes",
          "Croce and Hein 2020, arXiv 2003.01690",
          "100 gradients a class, 9 classes");

  /** Checks the settings. */
  public ApgdT {
    Settings.check(ApgdT.class, steps, targets, restarts);
  }

  /** With the default settings. */
  public static ApgdT standard() {
    return new ApgdT(100, 9, 1);
  }

  /** The same attack towards another number of classes. */
  public ApgdT withTargets(int other) {
    return new ApgdT(steps, other, restarts);
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
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    climb(pursuit, RunnersUp.of(pursuit, threat.goal()), targets, restarts, steps);
    return pursuit.results();
  }

  /** Climbs towards one class after another, in their order. */
  static void climb(Pursuit pursuit, RunnersUp others, int targets, int restarts, int steps) {
    for (int rank = 0; rank < Math.min(targets, others.count()); rank++) {
      for (int restart = 0; restart < restarts; restart++) {
        try (Scope scope = Scope.open()) {
          int start = rank * restarts + restart;
          BallLanes lanes = pursuit.remaining(start);
          Apgd.climb(pursuit, lanes, start, others.towards(lanes, rank, Loss.DLR), steps);
        }
      }
    }
  }
}
