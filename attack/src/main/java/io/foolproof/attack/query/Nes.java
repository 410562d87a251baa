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
 * Projected descent along gradients that are estimated from scores, by natural evolution
 * strategies: differences between pairs of points on opposite sides, in Gaussian directions.
 *
 * <p>Ilyas, Engstrom, Athalye, Lin: Black-box adversarial attacks with limited queries and
 * information, 2018, arXiv 1804.08598, algorithm 1 and section 3.1; on the margin, which does not
 * saturate.
 *
 * @param queries queries for one sample at most, which decide the number of steps
 * @param relativeStep alpha as a fraction of epsilon
 * @param pairs pairs of points for one estimate
 * @param sigma standard deviation of their distance in each value, as a fraction of the box
 */
@Named("nes")
public record Nes(
    int queries,
    @Named("step") @Positive double relativeStep,
    @AtLeast(1) int pairs,
    @Positive double sigma)
    implements Attack, HasQueries<Nes> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "estimated gradients; needs scores only",
          "Ilyas et al. 2018, arXiv 1804.08598",
          "4,000 queries");

  /** Checks the settings. */
  public Nes {
    Settings.check(Nes.class, queries, relativeStep, pairs, sigma);
    ScoreSlope.requireQueries("nes", queries, pairs);
  }

  /** With the default settings. */
  public static Nes standard() {
    return new Nes(4000, 0.1, 50, 0.01);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.SCORES;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    ScoreSlope slope =
        new ScoreSlope(pursuit, model.input(), pairs, sigma, RandomStream::fillGaussian);
    int steps = slope.steps(queries);
    double alpha = relativeStep * threat.epsilon();
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      LaneTensor x = lanes.hold(lanes.images());
      for (int step = 0; step < steps && lanes.size() > 0; step++) {
        try (Scope turn = Scope.open()) {
          pursuit.look(lanes, x.get());
          Tensor slopes = pursuit.ofUnfinished(lanes, x.get(), slope::estimate);
          Tensor direction = Draws.withDirection(slopes, lanes.streams());
          Tensor ascent = lanes.ball().steepest(x.get(), direction).mul(alpha);
          x.set(turn, lanes.ball().project(x.get().add(ascent)));
        }
        pursuit.dropFinished(lanes);
      }
      pursuit.look(lanes, x.get());
    }
    return pursuit.results();
  }
}
