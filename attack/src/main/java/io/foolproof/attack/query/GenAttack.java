package io.foolproof.attack.query;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Rounding;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * GenAttack: a population of perturbations that breed and mutate; it needs scores only.
 *
 * <p>Alzantot, Sharma, Chakraborty, Zhang, Hsieh, Srivastava: GenAttack: practical black-box
 * attacks with gradient-free optimization, 2018, arXiv 1805.11090, algorithm 1 with adaptive rates;
 * fitness is the margin. The fittest survives, and is not queried again.
 *
 * @param queries queries for one sample at most
 * @param population number of points
 */
@Named("genattack")
public record GenAttack(@AtLeast(1) int queries, @AtLeast(2) int population)
    implements Attack, HasQueries<GenAttack> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "a genetic algorithm; needs scores only",
          "Alzantot et al. 2018, arXiv 1805.11090",
          "5,000 queries");

  private static final double FIRST_RHO = 0.5;
  private static final double LEAST_RHO = 0.1;
  private static final double FIRST_ALPHA = 0.4;
  private static final double LEAST_ALPHA = 0.15;
  private static final double DECAY = 0.9;

  /** After how many generations without a better point rates are lowered. */
  private static final int PLATEAU = 100;

  /** Checks the settings. */
  public GenAttack {
    Settings.check(GenAttack.class, queries, population);
  }

  /** With the default settings. */
  public static GenAttack standard() {
    return new GenAttack(5000, 6);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.LINF);
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.SCORES;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    Dialogue.within(
        threat.epsilon(),
        pursuit,
        queries,
        subject -> new Evolution(subject, model.input(), threat.epsilon(), population).begin());
    return pursuit.results();
  }

  /** The evolution for one sample. */
  private static final class Evolution {
    private final RandomStream stream;
    private final double epsilon;
    private final float[] image;
    private final float[] low;
    private final float[] high;

    private float[][] points;
    private double[] margins;
    private int plateaus;
    private int stalled;

    Evolution(Dialogue.Subject subject, InputSpec box, double epsilon, int population) {
      this.stream = subject.stream();
      this.epsilon = epsilon;
      this.image = subject.image();
      this.low = new float[image.length];
      this.high = new float[image.length];
      for (int i = 0; i < image.length; i++) {
        low[i] = Rounding.up(Math.max(box.low(), image[i] - epsilon));
        high[i] = Rounding.down(Math.min(box.high(), image[i] + epsilon));
      }
      this.points = new float[population][];
      this.margins = new double[population];
    }

    Dialogue.Turn begin() {
      for (int k = 0; k < points.length; k++) {
        points[k] = image.clone();
        mutate(points[k], 1, 1);
      }
      return new Dialogue.Ask(
          points.length,
          k -> points[k],
          answers -> {
            margins = answers;
            return next();
          });
    }

    /** The next generation: its first is the fittest of the last. */
    private Dialogue.Turn next() {
      int fittest = fittest();
      if (margins[fittest] < 0) {
        return new Dialogue.Done();
      }
      double rho = Math.max(LEAST_RHO, FIRST_RHO * Math.pow(DECAY, plateaus));
      double alpha = Math.max(LEAST_ALPHA, FIRST_ALPHA * Math.pow(DECAY, plateaus));
      double[] chances = chances();
      float[][] children = new float[points.length][];
      children[0] = points[fittest];
      for (int k = 1; k < children.length; k++) {
        children[k] = child(draw(chances), draw(chances), chances);
        mutate(children[k], rho, alpha);
      }
      double before = margins[fittest];
      return new Dialogue.Ask(
          children.length - 1,
          k -> children[k + 1],
          answers -> {
            points = children;
            margins[0] = before;
            System.arraycopy(answers, 0, margins, 1, answers.length);
            stalled = margins[fittest()] < before ? 0 : stalled + 1;
            if (stalled == PLATEAU) {
              plateaus++;
              stalled = 0;
            }
            return next();
          });
    }

    private int fittest() {
      int fittest = 0;
      for (int k = 1; k < margins.length; k++) {
        fittest = margins[k] < margins[fittest] ? k : fittest;
      }
      return fittest;
    }

    /** Each point's chance to be a parent: the soft-max of fitness, over its spread. */
    private double[] chances() {
      double best = margins[fittest()];
      double spread = Arrays.stream(margins).map(m -> m - best).average().orElse(0);
      double[] weights =
          Arrays.stream(margins).map(m -> Math.exp((best - m) / Math.max(1e-12, spread))).toArray();
      double sum = Arrays.stream(weights).sum();
      return Arrays.stream(weights).map(w -> w / sum).toArray();
    }

    private int draw(double[] chances) {
      double left = stream.nextDouble();
      int k = 0;
      while (k < chances.length - 1 && left >= chances[k]) {
        left -= chances[k];
        k++;
      }
      return k;
    }

    /** Takes each value from either parent, as likely as their chances are. */
    private float[] child(int first, int second, double[] chances) {
      double share = chances[first] / (chances[first] + chances[second]);
      float[] child = new float[image.length];
      for (int i = 0; i < child.length; i++) {
        child[i] = points[stream.nextDouble() < share ? first : second][i];
      }
      return child;
    }

    /**
     * Changes a fraction rho of the values by at most a share alpha of epsilon, inside the ball.
     */
    private void mutate(float[] point, double rho, double alpha) {
      for (int i = 0; i < point.length; i++) {
        if (stream.nextDouble() < rho) {
          double moved = point[i] + (2 * stream.nextDouble() - 1) * alpha * epsilon;
          point[i] = (float) Math.max(low[i], Math.min(high[i], moved));
        }
      }
    }
  }
}
