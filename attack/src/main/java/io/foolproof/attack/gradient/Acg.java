package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasLoss;
import io.foolproof.attack.HasRestarts;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PerSampleEpsilon;
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
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Auto conjugate gradient: {@link Apgd} along conjugate directions, without momentum.
 *
 * <p>Yamamura, Sato, Ishii, et al.: Diversified adversarial attacks based on conjugate gradient
 * method, 2022, arXiv 2206.09628, algorithm 1. The first climb starts in the middle of the ball,
 * the others at random. The paper is about L-inf; in L2 the direction is normalised instead.
 *
 * @param steps gradient steps of one restart
 * @param restarts for each sample that is not fooled yet
 * @param loss what to climb
 */
@Named("acg")
public record Acg(@AtLeast(1) int steps, @AtLeast(1) int restarts, Loss loss)
    implements PerSampleEpsilon<Acg>, HasRestarts<Acg>, HasLoss<Acg> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "steps along conjugate gradients, whose size adapts",
          "Yamamura et al. 2022, arXiv 2206.09628",
          "100 gradients a restart");

  /** Checks the settings. */
  public Acg {
    Settings.check(Acg.class, steps, restarts, loss);
  }

  /** With the default settings. */
  public static Acg standard() {
    return new Acg(100, 1, Loss.MARGIN);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.LINF, Norm.L2);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    for (int restart = 0; restart < restarts; restart++) {
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(restart);
        Tensor first = restart == 0 ? lanes.ball().middle() : lanes.ball().random(lanes.streams());
        Tensor start = pursuit.start(lanes, restart, first);
        new Apgd.Ascent(pursuit, lanes, loss.towards(threat.goal()), start, steps)
            .run(Conjugate.in(lanes));
      }
    }
    return pursuit.results();
  }

  /** s(k) = g(k) + beta(k) s(k-1), with g the gradient: section 4.1. */
  record Conjugate(BallLanes lanes, LaneTensor last, LaneTensor atBest) implements Apgd.Direction {
    /** What came before is zero, [lanes, 2, ...], so that the first step is along the gradient. */
    static Conjugate in(BallLanes lanes) {
      Tensor before = Tensor.stack(List.of(lanes.images(), lanes.images()), 1).mul(0);
      return new Conjugate(lanes, lanes.hold(before), lanes.hold(before));
    }

    @Override
    public Tensor next(Scope turn, Tensor x, Tensor gradient, double[] length) {
      Tensor s = conjugate(gradient, last.get());
      last.set(turn, Tensor.stack(List.of(gradient, s), 1));
      Tensor step = lanes.ball().steepest(x, Draws.withDirection(s, lanes.streams()));
      return lanes.ball().project(x.add(step.mul(Rows.column(length, x.rank()))));
    }

    /**
     * With the beta of Hestenes and Stiefel, never below 0; 0 where it would divide by zero. The
     * published code of the authors has the opposite sign, which is not conjugate on a quadratic.
     */
    static Tensor conjugate(Tensor gradient, Tensor last) {
      Tensor sBefore = last.slice(1, 1, 2, 1).squeeze(1);
      Tensor g = gradient.to(DType.FLOAT64);
      Tensor y = last.slice(1, 0, 1, 1).squeeze(1).to(DType.FLOAT64).sub(g);
      Tensor above = g.neg().mul(y).sum(true, Rows.valueDims(g));
      Tensor below = sBefore.to(DType.FLOAT64).mul(y).sum(true, Rows.valueDims(g));
      Tensor beta = Tensor.where(below.eq(0), below, above.div(below));
      return gradient.add(beta.clamp(0, Double.POSITIVE_INFINITY).to(DType.FLOAT32).mul(sBefore));
    }

    @Override
    public void improved(Scope turn, Tensor lanes) {
      atBest.set(turn, Tensor.where(lanes.unsqueeze(1), last.get(), atBest.get()));
    }

    @Override
    public void wentBack(Scope turn, Tensor lanes) {
      last.set(turn, Tensor.where(lanes.unsqueeze(1), atBest.get(), last.get()));
    }
  }
}
