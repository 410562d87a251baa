package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Objective;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Projected gradient descent towards one other class after another, on the difference of two
 * logits; for each sample the class that is likeliest on its clean image first.
 *
 * <p>Gowal, Uesato, Qin, Huang, Mann, Kohli: An alternative surrogate loss for PGD-based
 * adversarial testing, 2019, arXiv 1910.09338, section 3.
 *
 * @param steps gradient steps of one start
 * @param relativeStep alpha as a fraction of epsilon
 * @param targets number of other classes to try; all of them where the model has fewer
 */
@Named("multitargeted")
public record MultiTargeted(
    @AtLeast(1) int steps, @Named("step") @Positive double relativeStep, @AtLeast(1) int targets)
    implements PerSampleEpsilon<MultiTargeted> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "projected gradient steps towards each of the likeliest other classes",
          "Gowal et al. 2019, arXiv 1910.09338",
          "40 gradients a class, 9 classes");

  /** Checks the settings. */
  public MultiTargeted {
    Settings.check(MultiTargeted.class, steps, relativeStep, targets);
  }

  /** With the default settings. */
  public static MultiTargeted standard() {
    return new MultiTargeted(40, 0.1, 9);
  }

  /** The same attack towards another number of classes. */
  public MultiTargeted withTargets(int other) {
    return new MultiTargeted(steps, relativeStep, other);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    RunnersUp others = RunnersUp.of(pursuit, threat.goal());
    for (int rank = 0; rank < Math.min(targets, others.count()); rank++) {
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(rank);
        Objective lead = others.towards(lanes, rank, Loss.MARGIN);
        Tensor random = lanes.ball().random(lanes.streams());
        LaneTensor start = lanes.hold(pursuit.start(lanes, rank, random));
        Pgd.climb(pursuit, lanes, lead, start, steps, relativeStep);
      }
    }
    return pursuit.results();
  }
}
