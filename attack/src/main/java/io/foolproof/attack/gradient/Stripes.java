package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Objective;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Evaluator;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.PerLane;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A few gradient steps from the best of some coarse random patterns: where gradients are masked,
 * what decides is where an attack starts, not how many steps it takes.
 *
 * <p>Foolproof's own. The patterns are those that Square starts with, in more sizes: Andriushchenko
 * et al. 2019, arXiv 1912.00049, section 3.2. To choose starts before stepping is of Tashiro et
 * al.: Output diversified initialization, 2020, arXiv 2003.06878; steps that shrink along half a
 * cosine, and starts that are dropped early, are of Liu et al.: Practical evaluation of adversarial
 * robustness via adaptive auto attack, 2022, arXiv 2203.05154.
 *
 * @param starts random patterns of a restart, of which the one with the smallest margin is taken
 * @param steps gradient steps from there, on the margin
 * @param restarts how often all this is done; only samples that are not fooled yet start again
 */
@Named("stripes")
public record Stripes(@AtLeast(1) int starts, @AtLeast(1) int steps, @AtLeast(1) int restarts)
    implements PerSampleEpsilon<Stripes>, HasRestarts<Stripes> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "a few gradient steps from the best of some coarse patterns",
          "Foolproof, after arXiv 1912.00049, 2003.06878, 2203.05154",
          "12 evaluations and 15 gradients a restart, 5 restarts");

  /** Checks the settings. */
  public Stripes {
    Settings.check(Stripes.class, starts, steps, restarts);
  }

  /** With the default settings. */
  public static Stripes standard() {
    return new Stripes(12, 15, 5);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Evaluator.requireGradients(model, name());
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    Objective margin = Loss.MARGIN.towards(threat.goal());
    CoarsePatterns patterns = new CoarsePatterns(PixelGrid.of(model.input()), pursuit.norm());
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(restart);
        LaneTensor x = bestStart(pursuit, lanes, restart, patterns);
        for (int k = 0; k < steps && lanes.size() > 0; k++) {
          try (Scope turn = Scope.open()) {
            Tensor gradient = pursuit.slope(lanes, x.get(), margin).gradient();
            Tensor length = pursuit.lengths(lanes, (1 + Math.cos(Math.PI * k / steps)) / 2);
            Tensor ascent = lanes.ball().steepest(x.get(), gradient).mul(length);
            x.set(turn, lanes.ball().project(x.get().add(ascent)));
          }
          pursuit.dropFinished(lanes);
        }
        pursuit.look(lanes, x.get());
      }
    }
    return pursuit.results();
  }

  /** The point with the smallest margin among some patterns on each lane's image. */
  private LaneTensor bestStart(
      Pursuit pursuit, BallLanes lanes, int restart, CoarsePatterns patterns) {
    LaneTensor best = lanes.hold(lanes.images());
    PerLane<double[]> least = lanes.hold(new double[lanes.size()]);
    Arrays.fill(least.get(), Double.POSITIVE_INFINITY);
    for (int start = 0; start < starts && lanes.size() > 0; start++) {
      try (Scope turn = Scope.open()) {
        float[][] changes = new float[lanes.size()][];
        for (int lane = 0; lane < changes.length; lane++) {
          RandomStream stream = lanes.streams().get(lane);
          changes[lane] = patterns.draw(stream);
        }
        Tensor change = Rows.stack(changes, lanes.images().shape()).mul(pursuit.lengths(lanes, 1));
        Tensor points = lanes.ball().project(lanes.images().add(change));
        if (start == 0) {
          points = pursuit.start(lanes, restart, points);
        }
        double[] margins = pursuit.look(lanes, points);
        boolean[] better = new boolean[margins.length];
        for (int lane = 0; lane < margins.length; lane++) {
          better[lane] = margins[lane] < least.get()[lane];
          least.get()[lane] = better[lane] ? margins[lane] : least.get()[lane];
        }
        best.set(turn, Tensor.where(Rows.mask(better, points.rank()), points, best.get()));
      }
      pursuit.dropFinished(lanes);
    }
    return best;
  }
}
