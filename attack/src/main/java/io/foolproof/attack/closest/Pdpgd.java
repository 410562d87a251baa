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
import io.foolproof.attack.search.L1Ball;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.search.Schedule;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Primal-dual proximal gradient descent: a gradient step on the margin, a proximal step on the
 * norm, and a dual step on the weight between them, which grows while the point is not adversarial.
 *
 * <p>Matyasko and Chau: PDPGD: primal-dual proximal gradient descent adversarial attack, 2021,
 * arXiv 2106.01538, algorithm 2. Steps are scaled by running means of the gradient and its squares.
 *
 * @param steps primal and dual steps
 */
@Named("pdpgd")
public record Pdpgd(@AtLeast(1) int steps) implements MinimalNormAttack, HasSteps<Pdpgd> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: primal-dual proximal gradient descent",
          "Matyasko and Chau 2021, arXiv 2106.01538",
          "500 gradients");

  /** In each value, as a fraction of the box. */
  private static final double PRIMAL_STEP = 0.1;

  private static final double LAST_PRIMAL_STEP = 0.001;
  private static final double DUAL_STEP = 0.1;
  private static final double LAST_DUAL_STEP = 0.01;

  /**
   * The logarithm of how much more the margin weighs than the norm, at first. A large weight lets
   * the search go far before the norm pulls it back, which finds closer examples where gradients
   * are small.
   */
  private static final double FIRST_DUAL = Math.log(1e6);

  /** In L2 the norm pulls with a gradient of length 1 everywhere, and needs less of a start. */
  private static final double FIRST_DUAL_L2 = Math.log(1e4);

  private static final double DUAL_AVERAGE = 0.9;

  /** How steeply the softplus bends: as that of logits whose clean margin is 5. */
  private static final double SHARPNESS = 5;

  /** Checks the settings. */
  public Pdpgd {
    Settings.check(Pdpgd.class, steps);
  }

  /** With the default settings. */
  public static Pdpgd standard() {
    return new Pdpgd(500);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.ofValues();
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
    Adam adam = new Adam(lanes, images.shape());
    Tensor x = images;
    double first = pursuit.norm() == Norm.L2 ? FIRST_DUAL_L2 : FIRST_DUAL;
    Tensor dual = Tensor.full(first, DType.FLOAT32, lanes.size(), 1);
    // The weight of the norm; that of the margin is 1 less this, and rounds to 1 at first.
    Tensor share = dual.neg().sigmoid();
    double[] clean = {};
    for (int step = 0; step < steps && pursuit.goesOn(lanes); step++) {
      try (Scope turn = Scope.open()) {
        double eta = pursuit.width() * Schedule.cosine(PRIMAL_STEP, LAST_PRIMAL_STEP, step, steps);
        double dualEta = Schedule.cosine(DUAL_STEP, LAST_DUAL_STEP, step, steps);
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        clean = step == 0 ? at.margins() : clean;
        Tensor toBoundary = Rows.unit(at.direction(at.margin()), Norm.L2);
        Tensor gradient = toBoundary.mul(urgency(at.margins(), clean));
        Tensor delta = x.sub(images);
        Tensor weight = share.neg().add(1);
        Tensor moved;
        if (pursuit.norm() == Norm.L2) {
          Tensor shrink = Rows.unit(delta, Norm.L2).mul(share);
          Tensor direction = adam.direction(turn, gradient.mul(weight).add(shrink));
          moved = delta.sub(direction.mul(eta));
        } else {
          Tensor direction = adam.direction(turn, gradient);
          Tensor reach = adam.scale().pow(-1).mul(eta);
          Tensor stepped = delta.sub(direction.mul(weight).mul(eta));
          moved = proximal(pursuit, stepped, reach.mul(share));
        }
        x = turn.replace(x, pursuit.inBox(images.add(moved)));
        Tensor sign = at.fooled().to(DType.FLOAT32).mul(-2).add(1);
        dual = turn.replace(dual, dual.add(sign.mul(dualEta)));
        Tensor now = dual.neg().sigmoid();
        Tensor averaged = share.mul(DUAL_AVERAGE).add(now.mul(1 - DUAL_AVERAGE));
        share = turn.replace(share, averaged);
      }
    }
    pursuit.look(lanes, x);
  }

  /**
   * How much the margin still matters, [lanes, 1]: the derivative of its softplus, the paper's
   * surrogate of being adversarial, which fades beyond the boundary where a mask would end at once.
   * Margins count as shares of the clean image's, or the scale of the logits would say how soon.
   */
  private static Tensor urgency(double[] margins, double[] clean) {
    double[] shares = new double[margins.length];
    for (int lane = 0; lane < shares.length; lane++) {
      shares[lane] = SHARPNESS * margins[lane] / Math.max(Rows.SHORTEST, clean[lane]);
    }
    return Rows.column(shares, 2).sigmoid();
  }

  /**
   * The point that trades the norm against the distance from these changes best.
   *
   * @param weight how much the norm weighs, per value
   */
  private static Tensor proximal(ClosestPursuit pursuit, Tensor changes, Tensor weight) {
    Tensor size = changes.abs();
    return switch (pursuit.norm()) {
      case L1 -> size.sub(weight).relu().mul(changes.sign());
      case L0 -> changes.mul(size.pow(2).gt(weight.mul(2 * pursuit.width())).to(DType.FLOAT32));
      case LINF -> {
        Tensor total = weight.mean(true, 1);
        InputSpec wide = new InputSpec(new long[] {changes.size(1)}, -1e6, 1e6);
        Tensor zero = Tensor.zeros(DType.FLOAT32, changes.shape());
        yield changes.sub(L1Ball.project(zero, changes, total.to(DType.FLOAT64), wide));
      }
      case L2, L0_PIXELS ->
          throw new IllegalStateException("no proximal point for " + pursuit.norm().symbol());
    };
  }
}
