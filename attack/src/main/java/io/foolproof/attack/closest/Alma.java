package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Constraint;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * ALMA: the smallest norm subject to a wrong class, by an augmented Lagrangian whose multiplier and
 * penalty weight follow each sample.
 *
 * <p>Rony, Granger, Pedersoli, Ben Ayed: Augmented Lagrangian adversarial attacks, 2020, arXiv
 * 2011.11857, algorithm 1: the constraint is the difference of logits ratio, the penalty is P2.
 *
 * @param steps gradient steps
 */
@Named("alma")
public record Alma(@AtLeast(1) int steps) implements MinimalNormAttack, HasSteps<Alma> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: an augmented Lagrangian",
          "Rony et al. 2020, arXiv 2011.11857",
          "500 gradients");

  /** How the multiplier, the squared gradients and the gradients are averaged. */
  private static final double ALPHA = 0.9;

  private static final double GROWTH = 1.2;
  private static final double IMPROVEMENT = 0.95;
  private static final int CHECK_EVERY = 10;

  /**
   * The last step as a fraction of the first. Ten times shorter than published: momentum makes
   * steps ten times longer, of which the last would be coarser than what is searched in L1.
   */
  private static final double LAST_STEP = 0.001;

  /** Keeps the multiplier a number through thousands of averages. */
  private static final double LEAST = 1e-6;

  private static final double MOST = 1e12;

  /** Checks the settings. */
  public Alma {
    Settings.check(Alma.class, steps);
  }

  /** With the default settings. */
  public static Alma standard() {
    return new Alma(500);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L2, Norm.L1);
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
    // Gradients and lengths are those in a box of width 1.
    double width = pursuit.width();
    Tensor x = images;
    Tensor square = Tensor.ones(DType.FLOAT32, images.shape());
    Tensor mu = Tensor.ones(DType.FLOAT32, lanes.size());
    Tensor rho = Tensor.ones(DType.FLOAT32, lanes.size());
    Tensor before = Tensor.zeros(DType.FLOAT32, lanes.size());
    Tensor eta = Tensor.zeros(DType.FLOAT32, lanes.size(), 1);
    Tensor velocity = Tensor.zeros(DType.FLOAT32, images.shape());
    // Steps shrink from where a lane was adversarial first; half-way where it never was.
    int[] found = new int[lanes.size()];
    Arrays.fill(found, steps / 2);
    boolean[] adversarial = new boolean[lanes.size()];
    boolean[] sinceCheck = new boolean[lanes.size()];
    for (int step = 0; step < steps && pursuit.goesOn(lanes); step++) {
      try (Scope turn = Scope.open()) {
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        Tensor ratio = Constraint.ratio(at);
        Tensor d = ratio.detach();
        boolean[] fooled = at.fooled().toBooleans();
        for (int lane = 0; lane < fooled.length; lane++) {
          found[lane] = fooled[lane] && !adversarial[lane] ? step : found[lane];
          adversarial[lane] |= fooled[lane];
          sinceCheck[lane] |= fooled[lane];
        }
        if (step == 0) {
          before = turn.replace(before, d);
        } else if ((step + 1) % CHECK_EVERY == 0) {
          Tensor stuck =
              Tensor.of(sinceCheck, lanes.size()).or(d.le(before.mul(IMPROVEMENT))).not();
          Arrays.fill(sinceCheck, false);
          rho = turn.replace(rho, Tensor.where(stuck, rho.mul(GROWTH), rho));
          before = turn.replace(before, d);
        }
        Tensor averaged = mu.mul(ALPHA).add(slope(d, rho, mu).mul(1 - ALPHA));
        mu = step == 0 ? mu : turn.replace(mu, averaged.clamp(LEAST, MOST));
        Tensor pull = at.direction(ratio).mul(slope(d, rho, mu).unsqueeze(1)).mul(width);
        Tensor gradient = normGradient(x.sub(images).div(width), pursuit.norm()).add(pull);
        if (step == 0) {
          eta = turn.replace(eta, firstStep(pursuit, lanes, gradient));
        }
        square = turn.replace(square, square.mul(ALPHA).add(gradient.pow(2).mul(1 - ALPHA)));
        Tensor scaled = gradient.div(square.sqrt().add(1e-8));
        velocity = turn.replace(velocity, velocity.mul(ALPHA).add(scaled));
        Tensor length = eta.mul(Rows.column(decay(found, step), 2));
        x = turn.replace(x, pursuit.inBox(x.sub(velocity.mul(length))));
      }
    }
    pursuit.look(lanes, x);
  }

  private double[] decay(int[] found, int step) {
    return Arrays.stream(found)
        .mapToDouble(
            first -> Math.pow(LAST_STEP, (double) Math.max(0, step - first) / (steps - first)))
        .toArray();
  }

  /** The derivative of P2 by the constraint, which is also the multiplier's next value. */
  private static Tensor slope(Tensor d, Tensor rho, Tensor mu) {
    Tensor scaled = rho.mul(d);
    Tensor above = mu.add(mu.mul(scaled).mul(2)).add(scaled.mul(rho).mul(d).mul(0.5));
    Tensor below = mu.div(scaled.neg().add(1).pow(2));
    return Tensor.where(d.ge(Tensor.zeros(DType.FLOAT32)), above, below);
  }

  /** Of the squared Euclidean length, or of the sum of absolute values. */
  private static Tensor normGradient(Tensor delta, Norm norm) {
    return norm == Norm.L2 ? delta.mul(2) : delta.sign();
  }

  /**
   * What makes the first step 0.1 long, in widths of the box; in L1, of which a step in many values
   * has the more the more there are, 0.07 times the root of their number.
   */
  private static Tensor firstStep(ClosestPursuit pursuit, Lanes lanes, Tensor gradient) {
    double width = pursuit.width();
    Tensor clipped = pursuit.inBox(lanes.images().sub(gradient.mul(width))).sub(lanes.images());
    Tensor length = Rows.norm(clipped.div(width), pursuit.norm());
    boolean euclidean = pursuit.norm() == Norm.L2;
    double wanted = euclidean ? 0.1 : 0.07 * Math.sqrt(pursuit.input().elements());
    return length.clamp(1e-6, Double.POSITIVE_INFINITY).pow(-1).mul(wanted * width);
  }
}
