package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * sigma-zero: descends the margin and a smooth stand-in for the number of changed values, and sets
 * small changes to zero by a threshold that rises while the point is adversarial.
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
    return EnumSet.of(Norm.L0);
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
    Adam adam = new Adam(lanes, images.shape());
    Tensor x = images;
    Tensor threshold = Tensor.full(FIRST_THRESHOLD, DType.FLOAT32, lanes.size(), 1);
    for (int step = 0; step < steps; step++) {
      try (Scope turn = Scope.open()) {
        double eta = Schedule.cosine(FIRST_STEP, LAST_STEP, step, steps);
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        Tensor delta = x.sub(images);
        Tensor toBoundary = at.gradient(at.margin().relu());
        Tensor gradient = toBoundary.add(countGradient(delta, SIGMA * width * width));
        Tensor direction = adam.direction(turn, Rows.unit(gradient, Norm.LINF));
        Tensor moved = pursuit.inBox(x.sub(direction.mul(eta * width)));
        Tensor change = at.fooled().to(DType.FLOAT32).mul(2).sub(1).mul(THRESHOLD_STEP * eta);
        threshold = turn.replace(threshold, threshold.add(change).clamp(0, 1));
        Tensor kept = moved.sub(images).abs().ge(threshold.mul(width));
        x = turn.replace(x, Tensor.where(kept, moved, images));
      }
    }
    pursuit.look(lanes, x);
  }

  /** Of the mean over the values of delta^2 / (delta^2 + sigma). */
  private static Tensor countGradient(Tensor delta, double sigma) {
    Tensor denominator = delta.pow(2).add(sigma).pow(2);
    return delta.mul(2 * sigma / delta.size(1)).div(denominator);
  }
}
