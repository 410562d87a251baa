package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.search.Schedule;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * The Brendel and Bethge attack: from an adversarial point far away along the boundary towards the
 * image, by the best step that the boundary's gradient allows within a trust region.
 *
 * <p>Brendel, Rauber, K&uuml;mmerer, Ustyuzhaninov, Bethge: Accurate, reliable and fast robustness
 * evaluation, 2019, arXiv 1907.01003, algorithm 1; the step is {@link BoundaryStep}. It starts
 * where steps along the sign of the gradient first meet an adversarial point, moved back to the
 * boundary.
 *
 * @param steps steps along the boundary
 * @param rate the first trust region's radius, as a fraction of the distance to the image
 */
@Named("bb")
public record BrendelBethge(@AtLeast(1) int steps, @Fraction double rate)
    implements MinimalNormAttack, HasSteps<BrendelBethge> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: steps along the boundary towards the image",
          "Brendel et al. 2019, arXiv 1907.01003",
          "500 gradients");

  private static final int START_STEPS = 100;

  /** The length of such a step, as a fraction of the box. */
  private static final double START_STEP = 0.04;

  /** So small that the last points end beyond a boundary that bends. */
  private static final double LAST_RATE = 0.0005;

  /** How far a step goes when the point is not adversarial, in distances to the boundary. */
  private static final double FROM_WRONG_SIDE = 2;

  /** The same from the other side. */
  private static final double FROM_RIGHT_SIDE = 0.9;

  /**
   * How far beyond the boundary to aim, as a fraction of the distance: what is on it is not fooled.
   */
  private static final double BEYOND = 1e-4;

  /** Checks the settings. */
  public BrendelBethge {
    Settings.check(BrendelBethge.class, steps, rate);
  }

  /** With the default settings. */
  public static BrendelBethge standard() {
    return new BrendelBethge(400, 0.3);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.ofValues();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    pursuit.search(0, lanes -> leave(pursuit, lanes));
    if (pursuit.norm() != Norm.L0) {
      pursuit.forFound(lanes -> Tightening.alongTheLine(pursuit, lanes));
    }
    pursuit.forFound(lanes -> follow(pursuit, lanes));
    Tightening.of(pursuit);
    return pursuit.results();
  }

  /** Goes far enough for an adversarial point. */
  private void leave(ClosestPursuit pursuit, Lanes lanes) {
    double length = START_STEP * (pursuit.input().high() - pursuit.input().low());
    LaneTensor x = lanes.hold(lanes.images());
    for (int k = 0; k < START_STEPS && pursuit.goesOn(lanes); k++) {
      boolean[] fooled;
      try (Scope turn = Scope.open()) {
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x.get());
        Tensor down = at.direction(at.margin()).sign().mul(length);
        x.set(turn, pursuit.inBox(x.get().sub(down)));
        fooled = pursuit.look(lanes, x.get());
      }
      lanes.drop(fooled);
    }
  }

  private void follow(ClosestPursuit pursuit, Lanes lanes) {
    float[][] images = Rows.split(lanes.images());
    float[][] points = Rows.split(pursuit.closest(lanes));
    for (int k = 0; k < steps && pursuit.goesOn(lanes); k++) {
      try (Scope turn = Scope.open()) {
        double rateNow = Schedule.cosine(rate, Math.min(rate, LAST_RATE), k, steps);
        ClosestPursuit.Evaluation at =
            pursuit.evaluate(lanes, Rows.stack(points, lanes.images().shape()));
        double[] margin = at.margins();
        float[][] normals = Rows.split(at.direction(at.margin()));
        // From many small changes, steps of L0's own end at more values than those of L1.
        boolean thin = pursuit.norm() == Norm.L0 && k < steps / 2;
        Norm norm = thin ? Norm.L1 : pursuit.norm();
        for (int lane = 0; lane < points.length; lane++) {
          double aim = margin[lane] * (margin[lane] > 0 ? FROM_WRONG_SIDE : FROM_RIGHT_SIDE);
          step(norm, pursuit.input(), images[lane], points[lane], normals[lane], aim, rateNow);
        }
      }
    }
    pursuit.look(lanes, Rows.stack(points, lanes.images().shape()));
  }

  /**
   * Moves a point along the boundary.
   *
   * @param aim by how much the margin shall fall
   */
  private static void step(
      Norm norm,
      InputSpec input,
      float[] image,
      float[] point,
      float[] normalThere,
      double aim,
      double rateNow) {
    int d = image.length;
    double[] away = new double[d];
    double[] normal = new double[d];
    double[] lower = new double[d];
    double[] upper = new double[d];
    for (int j = 0; j < d; j++) {
      away[j] = (double) image[j] - point[j];
      normal[j] = normalThere[j];
      lower[j] = input.low() - point[j];
      upper[j] = input.high() - point[j];
    }
    double distance = Distances.between(image, point).l2();
    double gap = -aim - BEYOND * distance * length(normalThere);
    double radius = Math.max(Rows.SHORTEST, rateNow * distance);
    BoundaryStep step = new BoundaryStep(norm, away, normal, gap, lower, upper, radius);
    double[] delta = step.solve();
    for (int j = 0; j < d; j++) {
      // What goes back all the way must arrive in spite of rounding: L0 counts it otherwise.
      double moved = delta[j] == away[j] ? image[j] : point[j] + delta[j];
      point[j] = (float) Math.max(input.low(), Math.min(input.high(), moved));
    }
  }

  private static double length(float[] values) {
    return Distances.between(values, new float[values.length]).l2();
  }
}
