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
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * GeoDA: from the clean image straight along the estimated normal of the boundary, again and again
 * with ever more queries for the normal; it needs labels only.
 *
 * <p>Rahmati, Moosavi-Dezfooli, Frossard, Dai: GeoDA: a geometric framework for black-box
 * adversarial attacks, 2020, arXiv 2003.06468, algorithm 1, with the queries divided as in section
 * 3.4; normals are estimated over all directions, not over those of low frequency.
 *
 * @param queries queries for one sample at most
 * @param rounds number of normals that are estimated
 * @param starts images to start from
 */
@Named("geoda")
public record GeoDa(@AtLeast(1) int queries, @AtLeast(1) int rounds, @NotASetting ImagePool starts)
    implements MinimalNormAttack, HasQueries<GeoDa> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: along an estimated normal of the boundary; needs labels only",
          "Rahmati et al. 2020, arXiv 2003.06468",
          "5,000 queries");

  /** The fraction to which a round is assumed to shrink the distance: lambda. */
  private static final double LAMBDA = 0.6;

  private static final double PRECISION = 1e-5;

  /** How often the way along a normal is doubled, from half the distance so far. */
  private static final int DOUBLINGS = 4;

  /**
   * In each value points are no nearer, as a fraction of the box: 32 bits do not tell them apart.
   */
  private static final double LEAST_SIGMA = 1e-5;

  /** Checks the settings. */
  public GeoDa {
    Settings.check(GeoDa.class, queries, rounds, starts);
  }

  /** With the default settings. */
  public static GeoDa standard() {
    return new GeoDa(5000, 10, ImagePool.NONE);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  @Override
  public GeoDa withStarts(ImagePool pool) {
    return new GeoDa(queries, rounds, pool);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    int[] counts = counts();
    Dialogue.run(
        pursuit,
        queries,
        subject -> {
          Rounds search = new Rounds(counts, subject, NormBounded.require(threat), model.input());
          return Starts.find(subject, pursuit, starts, search::begin);
        });
    return pursuit.results();
  }

  /** Growing by lambda to the power of -2/3 from round to round; some are left for bisections. */
  private int[] counts() {
    int halvings = (int) Math.ceil(-Math.log(PRECISION) / Math.log(2)) + DOUBLINGS;
    double left = Math.max(rounds, queries - (rounds + 1.0) * halvings);
    double ratio = Math.pow(LAMBDA, -2.0 / 3);
    double parts = IntStream.range(0, rounds).mapToDouble(t -> Math.pow(ratio, t)).sum();
    return IntStream.range(0, rounds)
        .map(t -> (int) Math.max(1, left * Math.pow(ratio, t) / parts))
        .toArray();
  }

  /** The rounds for one sample. */
  private record Rounds(int[] counts, Dialogue.Subject subject, NormBounded threat, InputSpec box) {

    Dialogue.Turn begin(float[] start) {
      return Bisection.back(
          subject.image(), start, Norm.L2, box, PRECISION, boundary -> round(0, boundary));
    }

    private Dialogue.Turn round(int t, float[] boundary) {
      if (t == counts.length) {
        return new Dialogue.Done();
      }
      Distances away = Distances.between(subject.image(), boundary);
      double least =
          threat.apart(LEAST_SIGMA) * (box.high() - box.low()) * Math.sqrt(boundary.length);
      double sigma = Math.max(least, away.l2() / boundary.length);
      return BoundaryNormal.estimate(
          subject.stream(),
          boundary,
          counts[t],
          u -> Vectors.moved(boundary, sigma, u, box),
          normal -> outwards(t, boundary, way(normal), 0, away.in(threat.norm()) / 2, DOUBLINGS));
    }

    /** Doubles the way until it ends at an adversarial point, or else keeps the old boundary. */
    private Dialogue.Turn outwards(
        int t, float[] boundary, Bisection.Way way, double near, double far, int doublings) {
      if (doublings == 0) {
        return round(t + 1, boundary);
      }
      int halvings = (int) Math.ceil(-Math.log(PRECISION) / Math.log(2));
      return Dialogue.about(
          way.at(far),
          fooled ->
              fooled
                  ? Bisection.of(way, near, far, halvings, r -> round(t + 1, way.at(r)))
                  : outwards(t, boundary, way, far, 2 * far, doublings - 1));
    }

    /** From the image as far as r in the norm, along the steepest rise of the normal. */
    private Bisection.Way way(float[] normal) {
      if (threat.norm() == Norm.L1) {
        return valueByValue(normal);
      }
      float[] v = Vectors.steepest(normal, threat.norm());
      return r -> Vectors.moved(subject.image(), r, v, box);
    }

    /** In L1 the values with the largest slope go to the end of the box, one after another. */
    private Bisection.Way valueByValue(float[] normal) {
      int[] order =
          IntStream.range(0, normal.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -Math.abs(normal[i])))
              .mapToInt(i -> i)
              .toArray();
      return r -> {
        float[] point = subject.image().clone();
        double left = r;
        for (int i : order) {
          if (left <= 0) {
            break;
          }
          double before = point[i];
          point[i] = Vectors.clamp(before + Math.signum(normal[i]) * left, box);
          left -= Math.abs(point[i] - before);
        }
        return point;
      };
    }
  }
}
