package io.foolproof.attack.query;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Descends along gradients that are estimated from scores, by simultaneous perturbation: all values
 * move by the same amount, up or down. The steps are those of Adam.
 *
 * <p>Uesato, O'Donoghue, van den Oord, Kohli: Adversarial risk and the dangers of evaluating
 * against weak attacks, 2018, arXiv 1802.05666, section 4.2 and algorithm 1.
 *
 * @param queries queries for one sample at most, which decide the number of steps
 * @param relativeStep Adam's learning rate as a fraction of epsilon
 * @param pairs pairs of points for one estimate
 * @param delta how far each value moves for that, as a fraction of the box
 */
@Named("spsa")
public record Spsa(
    int queries,
    @Named("step") @Positive double relativeStep,
    @AtLeast(1) int pairs,
    @Positive double delta)
    implements Attack, HasQueries<Spsa> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "estimated gradients, steps of Adam; needs scores only",
          "Uesato et al. 2018, arXiv 1802.05666",
          "4,000 queries");

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double STABILITY = 1e-8;

  /** Checks the settings. */
  public Spsa {
    Settings.check(Spsa.class, queries, relativeStep, pairs, delta);
    ScoreSlope.requireQueries("spsa", queries, pairs);
  }

  /** With the default settings. */
  public static Spsa standard() {
    return new Spsa(4000, 0.1, 50, 0.01);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.LINF);
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.SCORES;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    ScoreSlope slope = new ScoreSlope(pursuit, model.input(), pairs, delta, Spsa::signs);
    try (Scope scope = Scope.open()) {
      descend(pursuit, pursuit.remaining(0), slope, relativeStep * threat.epsilon());
    }
    return pursuit.results();
  }

  private void descend(Pursuit pursuit, BallLanes lanes, ScoreSlope slope, double rate) {
    LaneTensor x = lanes.hold(lanes.images());
    LaneTensor m = lanes.hold(lanes.images().sub(lanes.images()));
    LaneTensor v = lanes.hold(lanes.images().sub(lanes.images()));
    int steps = slope.steps(queries);
    for (int step = 1; step <= steps && lanes.size() > 0; step++) {
      try (Scope turn = Scope.open()) {
        pursuit.look(lanes, x.get());
        Tensor g = pursuit.ofUnfinished(lanes, x.get(), slope::estimate);
        m.set(turn, m.get().mul(BETA1).add(g.mul(1 - BETA1)));
        v.set(turn, v.get().mul(BETA2).add(g.mul(g).mul(1 - BETA2)));
        Tensor mean = m.get().div(1 - Math.pow(BETA1, step));
        Tensor size = v.get().div(1 - Math.pow(BETA2, step)).sqrt().add(STABILITY);
        // Only the step: a random direction must not count as a slope in the running means.
        Tensor slopes = mean.div(size);
        Tensor wander = Draws.withDirection(slopes, lanes.streams()).sign();
        Tensor flat = Rows.norm(slopes, Norm.LINF).eq(0);
        Tensor ascent = Tensor.where(flat, wander, slopes).mul(rate);
        x.set(turn, lanes.ball().project(x.get().add(ascent)));
      }
      pursuit.dropFinished(lanes);
    }
    pursuit.look(lanes, x.get());
  }

  private static void signs(RandomStream stream, float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = stream.nextInt(2) == 0 ? 1 : -1;
    }
  }
}
