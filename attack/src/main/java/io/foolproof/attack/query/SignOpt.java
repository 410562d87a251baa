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
import io.foolproof.attack.search.Rows;
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
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sign-OPT: descent on the distance to the boundary as a function of the direction, with one query
 * for the sign of each directional derivative; it needs labels only.
 *
 * <p>Cheng, Singh, Chen, Chen, Liu, Hsieh: Sign-OPT: a query-efficient hard-label adversarial
 * attack, 2019, arXiv 1909.10773, algorithm 1. For L-inf directions and steps have norm 1 in L-inf,
 * and the values of a direction stop at 1.
 *
 * @param queries queries for one sample at most
 * @param directions number of random directions that one descent direction is estimated from
 * @param starts images to start from
 */
@Named("sign-opt")
public record SignOpt(
    @AtLeast(1) int queries, @AtLeast(1) int directions, @NotASetting ImagePool starts)
    implements MinimalNormAttack, HasQueries<SignOpt> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: descent on the distance to the boundary; needs labels only",
          "Cheng et al. 2019, arXiv 1909.10773",
          "5,000 queries");

  private static final double FIRST_ETA = 0.2;
  private static final double LEAST_ETA = 1e-4;
  private static final int DOUBLINGS = 15;

  /**
   * How far the points are away that derivatives are estimated from, for a direction of length 1.
   */
  private static final double BETA = 1e-3;

  /** Bisections of a direction's distance, to well under beta. */
  private static final int HALVINGS = 14;

  /** The least relative improvement that makes a direction better. */
  private static final double LEAST_GAIN = 1e-5;

  /** How much nearer a better direction may be than the best so far; more takes another step. */
  private static final double NEARER = 0.8;

  /** Checks the settings. */
  public SignOpt {
    Settings.check(SignOpt.class, queries, directions, starts);
  }

  /** With the default settings. */
  public static SignOpt standard() {
    return new SignOpt(5000, 200, ImagePool.NONE);
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
  public SignOpt withStarts(ImagePool pool) {
    return new SignOpt(queries, directions, pool);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    Dialogue.run(
        pursuit,
        queries,
        subject -> {
          Descent descent =
              new Descent(directions, subject, NormBounded.require(threat), model.input());
          return Starts.find(subject, pursuit, starts, descent::begin);
        });
    return pursuit.results();
  }

  /**
   * A direction and how far the boundary is along it.
   *
   * @param theta of norm 1
   * @param g the distance, where the point is adversarial
   */
  private record Direction(float[] theta, double g) {}

  /** The descent for one sample. */
  private record Descent(
      int directions, Dialogue.Subject subject, NormBounded threat, InputSpec box) {

    Dialogue.Turn begin(float[] start) {
      float[] theta = unit(Vectors.minus(start, subject.image()));
      double g = Distances.between(start, subject.image()).in(threat.norm());
      return Bisection.of(
          r -> at(theta, r), 0, g, HALVINGS, r -> descend(new Direction(theta, r), FIRST_ETA));
    }

    private Dialogue.Turn descend(Direction from, double eta) {
      double least = threat.apart(0) * (box.high() - box.low()) * Math.sqrt(box.elements());
      double beta = Math.max(BETA * Vectors.length(from.theta), least / from.g);
      return BoundaryNormal.estimate(
          subject.stream(),
          at(from.theta, from.g),
          directions,
          u -> at(turned(from.theta, beta, u), from.g),
          nearer -> {
            float[] v = unit(nearer);
            return compare(
                turned(from.theta, eta, v),
                from,
                better -> grow(from, better, v, 2 * eta, DOUBLINGS),
                () -> shrink(from, v, eta / 4));
          });
    }

    /** Doubles the step for as long as that helps. */
    private Dialogue.Turn grow(Direction from, Direction best, float[] v, double eta, int left) {
      if (left == 0) {
        return descend(best, eta);
      }
      return compare(
          turned(from.theta, eta, v),
          best,
          better -> grow(from, better, v, 2 * eta, left - 1),
          () -> descend(best, eta / 2));
    }

    /** Quarters the step until that helps. */
    private Dialogue.Turn shrink(Direction from, float[] v, double eta) {
      if (eta < LEAST_ETA) {
        return descend(from, FIRST_ETA);
      }
      return compare(
          turned(from.theta, eta, v),
          from,
          better -> descend(better, eta),
          () -> shrink(from, v, eta / 4));
    }

    /** One query where a direction is no better; its distance where it is. */
    private Dialogue.Turn compare(
        float[] theta,
        Direction best,
        Function<Direction, Dialogue.Turn> better,
        Supplier<Dialogue.Turn> otherwise) {
      Bisection.Way way = r -> at(theta, r);
      double far = best.g * (1 - LEAST_GAIN);
      return Dialogue.about(
          way.at(far),
          fooled ->
              fooled
                  ? Bisection.of(
                      way,
                      NEARER * best.g,
                      far,
                      HALVINGS,
                      r -> better.apply(new Direction(theta, r)))
                  : otherwise.get());
    }

    private float[] at(float[] theta, double r) {
      return Vectors.moved(subject.image(), r, theta, box);
    }

    private float[] turned(float[] theta, double step, float[] v) {
      float[] sum = theta.clone();
      for (int i = 0; i < sum.length; i++) {
        double value = theta[i] + step * v[i];
        sum[i] = (float) (threat.norm() == Norm.LINF ? Math.max(-1, Math.min(1, value)) : value);
      }
      return unit(sum);
    }

    private float[] unit(float[] vector) {
      if (threat.norm() == Norm.L2) {
        return Vectors.scaleTo(1, vector);
      }
      float largest = 0;
      for (float value : vector) {
        largest = Math.max(largest, Math.abs(value));
      }
      return Vectors.scaleTo(Vectors.length(vector) / Math.max(Rows.SHORTEST, largest), vector);
    }
  }
}
