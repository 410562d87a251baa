package io.foolproof.attack.query;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Vectors;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Zeroth-order optimisation: Carlini and Wagner's loss, descended by Adam in a few values at a time
 * whose derivatives are differences of scores; it needs scores only.
 *
 * <p>Chen, Zhang, Sharma, Yi, Hsieh: ZOO: zeroth order optimization based black-box attacks to deep
 * neural networks without training substitute models, 2017, arXiv 1708.03999, algorithms 1 and 2,
 * with the box instead of a change of variables; no hierarchy of resolutions. The constant is
 * searched for in rounds of as many queries each.
 *
 * @param queries queries for one sample at most
 * @param searches number of constants that are tried
 * @param values number of values whose derivatives are estimated at once
 * @param eta the step in each, as a fraction of the box
 */
@Named("zoo")
public record Zoo(
    @AtLeast(1) int queries, @AtLeast(1) int searches, @AtLeast(1) int values, @Positive double eta)
    implements MinimalNormAttack, HasQueries<Zoo> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: cw with estimated gradients; needs scores only",
          "Chen et al. 2017, arXiv 1708.03999",
          "20,000 queries");

  /**
   * How far apart, as a fraction of the box, the scores are that derivatives are estimated from.
   */
  private static final double H = 1e-3;

  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double FLOOR = 1e-8;
  private static final double FIRST_CONSTANT = 0.1;

  /** Checks the settings. */
  public Zoo {
    Settings.check(Zoo.class, queries, searches, values, eta);
  }

  /** With the default settings. */
  public static Zoo standard() {
    return new Zoo(20_000, 4, 128, 0.05);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L2);
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.SCORES;
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    MinimalNormAttack.super.requireApplicable(model, threat);
    if (steps(model) < 1) {
      throw new InvalidInputException(
          "zoo: queries=%d: %d searches, each of one step in %d values, take %d: give more queries, or fewer values or searches"
              .formatted(
                  queries,
                  searches,
                  valuesOf(model),
                  1 + searches * (1L + 1 + 2L * valuesOf(model))));
    }
  }

  private int valuesOf(Classifier model) {
    return Math.min(values, model.input().elements());
  }

  /** How many steps a search has, after which there is one look more; 0 where that is too much. */
  private int steps(Classifier model) {
    return ((queries - 1) / searches - 1) / (1 + 2 * valuesOf(model));
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    double apart = NormBounded.require(threat).apart(H);
    Dialogue.run(
        pursuit,
        queries,
        subject -> new Search(subject, model.input(), this, steps(model), apart).round());
    return pursuit.results();
  }

  /** The search for one sample. */
  private static final class Search {
    private final Dialogue.Subject subject;
    private final InputSpec box;
    private final Zoo zoo;
    private final int steps;
    private final double apart;
    private final int d;

    private double constant = FIRST_CONSTANT;
    private double tooSmall;
    private double enough = Double.POSITIVE_INFINITY;
    private int rounds;

    private float[] x;
    private double[] mean;
    private double[] square;
    private int[] updates;
    private boolean fooled;

    Search(Dialogue.Subject subject, InputSpec box, Zoo zoo, int steps, double apart) {
      this.subject = subject;
      this.box = box;
      this.zoo = zoo;
      this.steps = steps;
      this.apart = apart;
      this.d = subject.image().length;
      this.x = subject.image();
      this.mean = new double[d];
      this.square = new double[d];
      this.updates = new int[d];
    }

    /** Begins with the next constant at the clean image. */
    Dialogue.Turn round() {
      if (rounds == zoo.searches) {
        return new Dialogue.Done();
      }
      if (rounds > 0) {
        nextConstant();
      }
      rounds++;
      x = subject.image();
      mean = new double[d];
      square = new double[d];
      updates = new int[d];
      fooled = false;
      return step(0);
    }

    private void nextConstant() {
      if (fooled) {
        enough = constant;
      } else {
        tooSmall = constant;
      }
      constant = enough < Double.POSITIVE_INFINITY ? (tooSmall + enough) / 2 : constant * 10;
    }

    /** Asks about x, and on both sides of it along each of some random values. */
    private Dialogue.Turn step(int k) {
      float[] at = x;
      if (k == steps) {
        return Dialogue.about(
            at,
            last -> {
              fooled |= last;
              return round();
            });
      }
      int[] chosen = Arrays.copyOf(Draws.order(d, subject.stream()), Math.min(zoo.values, d));
      return new Dialogue.Ask(
          1 + 2 * chosen.length,
          i -> i == 0 ? at : beside(at, chosen[(i - 1) / 2], i % 2 == 1 ? 1 : -1),
          margins -> {
            fooled |= margins[0] < 0;
            x = at.clone();
            for (int j = 0; j < chosen.length; j++) {
              double up = margins[1 + 2 * j];
              double down = margins[2 + 2 * j];
              boolean pushed = Math.max(up, down) > 0;
              update(at, chosen[j], pushed ? Math.max(up, 0) - Math.max(down, 0) : 0);
            }
            return step(k + 1);
          });
    }

    private float[] beside(float[] at, int value, int side) {
      float[] point = at.clone();
      point[value] = Vectors.clamp(at[value] + side * apart * width(), box);
      return point;
    }

    private double width() {
      return box.high() - box.low();
    }

    /** One step of Adam in one value. */
    private void update(float[] at, int i, double difference) {
      double way = (double) beside(at, i, 1)[i] - beside(at, i, -1)[i];
      double slope = 2 * ((double) at[i] - subject.image()[i]) + constant * difference / way;
      updates[i]++;
      mean[i] = BETA_1 * mean[i] + (1 - BETA_1) * slope;
      square[i] = BETA_2 * square[i] + (1 - BETA_2) * slope * slope;
      double m = mean[i] / (1 - Math.pow(BETA_1, updates[i]));
      double v = square[i] / (1 - Math.pow(BETA_2, updates[i]));
      x[i] = Vectors.clamp(at[i] - zoo.eta * width() * m / (Math.sqrt(v) + FLOOR), box);
    }
  }
}
