package io.foolproof.attack.query;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Bisection;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.search.Starts;
import io.foolproof.attack.search.Vectors;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * HopSkipJump: walks along the boundary, each step along its estimated normal and back by
 * bisection; it needs labels only.
 *
 * <p>Chen, Jordan, Wainwright: HopSkipJumpAttack: a query-efficient decision-based attack, 2019,
 * arXiv 1904.02144, algorithm 2. A step that fails at every size is given up, and a new normal is
 * estimated.
 *
 * @param queries queries for one sample at most
 * @param evaluations number of points the first normal is estimated from; the t-th from as many
 *     times the root of t
 * @param starts images to start from
 */
@Named("hopskipjump")
public record HopSkipJump(
    @AtLeast(1) int queries, @AtLeast(1) int evaluations, @NotASetting ImagePool starts)
    implements MinimalNormAttack, HasQueries<HopSkipJump> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: steps along estimated normals of the boundary; needs labels only",
          "Chen et al. 2019, arXiv 1904.02144",
          "5,000 queries");

  /** How often a step is halved. */
  private static final int HALVINGS = 25;

  /** How far the first points are from the boundary, as a fraction of the box. */
  private static final double FIRST_DELTA = 0.1;

  /** How closely the boundary is met at least, as a fraction of the way: few dimensions need it. */
  private static final double COARSEST = 1e-3;

  /**
   * In each value points are no nearer, as a fraction of the box: 32 bits do not tell them apart.
   */
  private static final double LEAST_DELTA = 1e-5;

  /** Checks the settings. */
  public HopSkipJump {
    Settings.check(HopSkipJump.class, queries, evaluations, starts);
  }

  /** With the default settings. */
  public static HopSkipJump standard() {
    return new HopSkipJump(5000, 100, ImagePool.NONE);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.LINF, Norm.L2);
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  @Override
  public HopSkipJump withStarts(ImagePool pool) {
    return new HopSkipJump(queries, evaluations, pool);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    Dialogue.run(
        pursuit,
        queries,
        subject -> {
          Walk walk = new Walk(evaluations, subject, NormBounded.require(threat), model.input());
          return Starts.find(subject, pursuit, starts, start -> walk.back(1, start));
        });
    return pursuit.results();
  }

  /** The walk for one sample. */
  private record Walk(
      int evaluations, Dialogue.Subject subject, NormBounded threat, InputSpec box) {

    Dialogue.Turn back(int t, float[] point) {
      int d = point.length;
      double theta =
          Math.min(COARSEST, threat.norm() == Norm.L2 ? Math.pow(d, -1.5) : Math.pow(d, -2));
      return Bisection.back(
          subject.image(), point, threat.norm(), box, theta, boundary -> normal(t, boundary));
    }

    private Dialogue.Turn normal(int t, float[] boundary) {
      double away = Distances.between(subject.image(), boundary).in(threat.norm());
      double delta = delta(t, away);
      int count = (int) (evaluations * Math.sqrt(t));
      return BoundaryNormal.estimate(
          subject.stream(),
          boundary,
          count,
          u -> Vectors.moved(boundary, delta, u, box),
          normal ->
              step(
                  t,
                  boundary,
                  Vectors.steepest(normal, threat.norm()),
                  away / Math.sqrt(t),
                  HALVINGS));
    }

    private double delta(int t, double away) {
      double width = box.high() - box.low();
      int d = box.elements();
      double least = threat.apart(LEAST_DELTA) * width * Math.sqrt(d);
      return Math.max(least, t == 1 ? FIRST_DELTA * width : away / d);
    }

    private Dialogue.Turn step(int t, float[] boundary, float[] v, double xi, int halvings) {
      if (halvings == 0) {
        return normal(t + 1, boundary);
      }
      float[] point = Vectors.moved(boundary, xi, v, box);
      return Dialogue.about(
          point,
          fooled -> fooled ? back(t + 1, point) : step(t, boundary, v, xi / 2, halvings - 1));
    }
  }
}
