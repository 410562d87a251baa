package io.foolproof.attack.query;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
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
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.model.Classifier;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The boundary attack: a random walk along the boundary, which keeps every step that stays
 * adversarial and comes closer; it needs labels only.
 *
 * <p>Brendel, Rauber, Bethge: Decision-based adversarial attacks: reliable attacks against
 * black-box machine learning models, 2017, arXiv 1712.04248, algorithm 1 and figure 2. Every fifth
 * step the point on the sphere is queried too, to adapt the size of orthogonal steps.
 *
 * @param queries queries for one sample at most
 * @param delta the first orthogonal step, as a fraction of the distance
 * @param epsilon the first step towards the image, as a fraction of the distance
 * @param starts images to start from
 */
@Named("boundary")
public record Boundary(
    @AtLeast(1) int queries,
    @Fraction double delta,
    @Fraction double epsilon,
    @NotASetting ImagePool starts)
    implements MinimalNormAttack, HasQueries<Boundary> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: a random walk along the boundary; needs labels only",
          "Brendel et al. 2017, arXiv 1712.04248",
          "5,000 queries");

  /** How closely the walk meets the boundary before its first step. */
  private static final double FIRST_PRECISION = 1e-3;

  /** The point on the sphere is queried once in so many steps. */
  private static final int SPHERE = 5;

  /** Checks the settings. */
  public Boundary {
    Settings.check(Boundary.class, queries, delta, epsilon, starts);
  }

  /** With the default settings. */
  public static Boundary standard() {
    return new Boundary(5000, 0.1, 0.1, ImagePool.NONE);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L2);
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  @Override
  public Boundary withStarts(ImagePool pool) {
    return new Boundary(queries, delta, epsilon, pool);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    Dialogue.run(
        pursuit,
        queries,
        subject ->
            Starts.find(
                subject,
                pursuit,
                starts,
                start ->
                    Bisection.back(
                        subject.image(),
                        start,
                        Norm.L2,
                        model.input(),
                        FIRST_PRECISION,
                        at -> new Walk(pursuit, subject, at, delta, epsilon).step(1))));
    return pursuit.results();
  }

  /** A step size that follows how often steps of that size succeed. */
  private static final class Size {
    private static final int WINDOW = 10;
    private static final double FACTOR = 1.5;
    private static final double LARGEST = 0.9;
    private static final double SMALLEST = 1e-7;

    private final double wanted;
    private double size;
    private int tries;
    private int successes;

    /** The fraction of steps that should succeed: where more do, steps are too small. */
    Size(double size, double wanted) {
      this.size = size;
      this.wanted = wanted;
    }

    void learn(boolean success) {
      tries++;
      successes += success ? 1 : 0;
      if (tries == WINDOW) {
        double share = (double) successes / tries;
        double factor = share > wanted ? FACTOR : share < wanted / 2 ? 1 / FACTOR : 1;
        size = Math.max(SMALLEST, Math.min(LARGEST, size * factor));
        tries = 0;
        successes = 0;
      }
    }
  }

  /** The walk for one sample. */
  private static final class Walk {
    private final ClosestPursuit pursuit;
    private final Dialogue.Subject subject;
    private final Size delta;
    private final Size epsilon;

    /** From the image to there, and how far that is. */
    private float[] way;

    private double distance;

    Walk(
        ClosestPursuit pursuit,
        Dialogue.Subject subject,
        float[] at,
        double delta,
        double epsilon) {
      this.pursuit = pursuit;
      this.subject = subject;
      this.delta = new Size(delta, 0.5);
      this.epsilon = new Size(epsilon, 0.25);
      this.way = Vectors.minus(at, subject.image());
      this.distance = Vectors.length(way);
    }

    /** To where the model was fooled: beside it, at no level, it may not be. */
    private void moveTo(float[] point) {
      way = Vectors.minus(pursuit.shown(subject.image(), point), subject.image());
      distance = Vectors.length(way);
    }

    Dialogue.Turn step(int k) {
      float[] onSphere = orthogonal();
      if (k % SPHERE != 0) {
        return towards(k, onSphere);
      }
      return Dialogue.about(
          onSphere,
          fooled -> {
            delta.learn(fooled);
            return fooled ? towards(k, onSphere) : step(k + 1);
          });
    }

    private Dialogue.Turn towards(int k, float[] onSphere) {
      float[] nearer = Vectors.between(onSphere, subject.image(), epsilon.size);
      return Dialogue.about(
          nearer,
          fooled -> {
            epsilon.learn(fooled);
            // The box may have brought the point nearer than the sphere, but never farther.
            if (fooled) {
              moveTo(nearer);
            }
            return step(k + 1);
          });
    }

    /**
     * A random step of length delta, orthogonal to the way to the image, back onto the sphere:
     * which is farther out by a factor that is known, as the step and the way are orthogonal.
     */
    private float[] orthogonal() {
      float[] step = new float[way.length];
      subject.stream().fillGaussian(step, 0, step.length);
      double along = Vectors.dot(step, way) / Math.max(Rows.SHORTEST, distance * distance);
      for (int i = 0; i < step.length; i++) {
        step[i] -= (float) (along * way[i]);
      }
      double back = 1 / Math.sqrt(1 + delta.size * delta.size);
      double length = delta.size * distance / Math.max(Rows.SHORTEST, Vectors.length(step));
      float[] image = subject.image();
      for (int i = 0; i < step.length; i++) {
        step[i] = (float) (image[i] + back * (way[i] + length * step[i]));
      }
      return Vectors.clamp(step, pursuit.input());
    }
  }
}
