package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Objective;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Projected gradient descent from starts that are far apart in the model's outputs: a few steps
 * along a random mix of the logits come first.
 *
 * <p>Tashiro, Song, Ermon: Diversity can be transferred: output diversification for white- and
 * black-box attacks, 2020, arXiv 2003.06878, equation 2 and section 4.1.
 *
 * @param startSteps steps along the random mix, each of length epsilon
 * @param steps gradient steps on the margin after that
 * @param relativeStep alpha as a fraction of epsilon, for the latter
 * @param restarts number of starts; only samples that are not fooled yet start again
 */
@Named("odi")
public record Odi(
    @Named("start") @AtLeast(1) int startSteps,
    @AtLeast(1) int steps,
    @Named("step") @Positive double relativeStep,
    @AtLeast(1) int restarts)
    implements PerSampleEpsilon<Odi>, HasRestarts<Odi> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "projected gradient steps from starts with diverse outputs",
          "Tashiro et al. 2020, arXiv 2003.06878",
          "22 gradients a restart, 5 restarts");

  /** Checks the settings. */
  public Odi {
    Settings.check(Odi.class, startSteps, steps, relativeStep, restarts);
  }

  /** With the default settings. */
  public static Odi standard() {
    return new Odi(2, 20, 0.1, 5);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    Objective margin = Loss.MARGIN.towards(threat.goal());
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        search(pursuit, restart, margin, model.classes());
      }
    }
    return pursuit.results();
  }

  private void search(Pursuit pursuit, int restart, Objective margin, int classes) {
    BallLanes lanes = pursuit.remaining(restart);
    LaneTensor w =
        lanes.hold(Draws.of(lanes.streams(), new long[] {lanes.size(), classes}, Odi::uniform));
    Tensor random = lanes.ball().random(lanes.streams());
    LaneTensor x = lanes.hold(pursuit.start(lanes, restart, random));
    Objective mix = (logits, labels) -> logits.mul(w.get()).sum(false, 1);
    for (int step = 0; step < startSteps && lanes.size() > 0; step++) {
      try (Scope turn = Scope.open()) {
        Tensor gradient = pursuit.slope(lanes, x.get(), mix).gradient();
        Tensor ascent = lanes.ball().steepest(x.get(), gradient).mul(pursuit.lengths(lanes, 1));
        x.set(turn, lanes.ball().project(x.get().add(ascent)));
      }
      pursuit.dropFinished(lanes);
    }
    Pgd.climb(pursuit, lanes, margin, x, steps, relativeStep);
  }

  private static void uniform(RandomStream stream, float[] values, int from, int to) {
    stream.fillUniform(values, from, to, -1, 1);
  }
}
