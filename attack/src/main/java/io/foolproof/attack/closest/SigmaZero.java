package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.L0Units;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Adam;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.search.Schedule;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * sigma-zero: descends the margin and a smooth stand-in for the number of changed values, and sets
 * small changes to zero by a threshold that rises while the point is adversarial. Where pixels are
 * counted, a change is that of all channels together.
 *
 * <p>Cin&agrave;, Villani, Pintor, Sch&ouml;nherr, Biggio, Pelillo: sigma-zero: gradient-based
 * optimization of l0-norm adversarial examples, 2024, arXiv 2402.01879, algorithm 1.
 *
 * @param steps gradient steps
 */
@Named("sigmazero")
public record SigmaZero(@AtLeast(1) int steps) implements MinimalNormAttack, HasSteps<SigmaZero> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: gradient steps on the number of changed values",
          "Cina et al. 2024, arXiv 2402.01879",
          "1,000 gradients");

  /** Lengths are fractions of the box. */
  private static final double SIGMA = 1e-3;

  private static final double FIRST_STEP = 1;
  private static final double LAST_STEP = 0.1;
  private static final double FIRST_THRESHOLD = 0.3;
  private static final double THRESHOLD_STEP = 0.01;

  /** Checks the settings. */
  public SigmaZero {
    Settings.check(SigmaZero.class, steps);
  }

  /** With the default settings. */
  public static SigmaZero standard() {
    return new SigmaZero(1000);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.countingChanges();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    pursuit.search(0, lanes -> descend(pursuit, lanes));
    Tightening.of(pursuit);
    return pursuit.results();
  }

  private void descend(ClosestPursuit pursuit, Lanes lanes) {
    Tensor images = lanes.images();
    double width = pursuit.width();
    L0Units units = L0Units.of(pursuit.norm(), pursuit.input());
    Adam adam = new Adam(lanes, images.shape());
    Tensor x = images;
    Tensor threshold = Tensor.full(FIRST_THRESHOLD, DType.FLOAT32, lanes.size(), 1);
    for (int step = 0; step < steps && pursuit.goesOn(lanes); step++) {
      try (Scope turn = Scope.open()) {
        double eta = Schedule.cosine(FIRST_STEP, LAST_STEP, step, steps);
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        Tensor delta = x.sub(images);
        Tensor toBoundary = at.gradient(at.margin().relu());
        Tensor gradient = toBoundary.add(countGradient(delta, units, SIGMA * width * width));
        Tensor direction = adam.direction(turn, Rows.unit(gradient, Norm.LINF));
        Tensor moved = pursuit.inBox(x.sub(direction.mul(eta * width)));
        Tensor rise = at.fooled().to(DType.FLOAT32).mul(2).sub(1).mul(THRESHOLD_STEP * eta);
        threshold = turn.replace(threshold, threshold.add(rise).clamp(0, 1));
        Tensor change = byUnit(moved.sub(images), units).abs().max(true, 1);
        Tensor kept =
            change
                .ge(threshold.mul(width).unsqueeze(1))
                .expand(x.size(0), units.size(), units.count())
                .flatten(1);
        x = turn.replace(x, Tensor.where(kept, moved, images));
      }
    }
    pursuit.look(lanes, x);
  }

  /** Of the mean over the units of s / (s + sigma), where s is the sum of their delta^2. */
  private static Tensor countGradient(Tensor delta, L0Units units, double sigma) {
    Tensor squares = byUnit(delta, units).pow(2).sum(true, 1);
    Tensor slope = byUnit(delta.mul(2 * sigma / units.count()), units);
    return slope.div(squares.add(sigma).pow(2)).flatten(1);
  }

  /** Values [lanes, d] as [lanes, values of a unit, units]. */
  private static Tensor byUnit(Tensor values, L0Units units) {
    return values.reshape(values.size(0), units.size(), units.count());
  }
}
