package io.foolproof.attack.query;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.L0Units;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;

/**
 * Sparse-RS: random search over which pixels are changed, and to which extreme colours; it needs
 * scores only.
 *
 * <p>Croce, Andriushchenko, Singh, Flammarion, Hein: Sparse-RS: a versatile framework for
 * query-efficient sparse black-box adversarial attacks, 2020, arXiv 2006.12834, algorithm 1 and
 * section 4, with the margin as loss. What the norm counts is exchanged: pixels, or single values.
 * A new colour always differs from the clean one, which would waste the change.
 *
 * @param queries queries for one sample at most
 * @param share the fraction of the changed pixels that the first steps exchange
 */
@Named("sparse-rs")
public record SparseRs(@AtLeast(1) int queries, @Fraction double share)
    implements Attack, HasQueries<SparseRs> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "random search over which pixels are changed; needs scores only",
          "Croce et al. 2020, arXiv 2006.12834",
          "5,000 queries");

  /** Up to which step of 10,000 the fraction is divided by what; a shorter schedule is sooner. */
  private static final int[][] DIVISORS = {
    {0, 1}, {50, 2}, {200, 4}, {500, 5}, {1000, 6}, {2000, 8}, {4000, 10}, {6000, 12}, {8000, 15}
  };

  private static final int LAST_DIVISOR = 20;

  /** Checks the settings. */
  public SparseRs {
    Settings.check(SparseRs.class, queries, share);
  }

  /** With the default settings. */
  public static SparseRs standard() {
    return new SparseRs(5000, 0.3);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.countingChanges();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.SCORES;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    L0Units units = L0Units.of(pursuit.norm(), model.input());
    int allowed = (int) Math.min(threat.epsilon(), units.count());
    if (allowed > 0) {
      Dialogue.within(
          threat.epsilon(),
          pursuit,
          queries,
          subject -> new Search(subject, model.input(), units, allowed).begin());
    }
    return pursuit.results();
  }

  /** How many of the changed pixels a step exchanges; the first is step 1. */
  int exchanged(int step, int allowed) {
    int position = (int) (10_000.0 * step / queries);
    int divisor = LAST_DIVISOR;
    for (int k = DIVISORS.length - 1; k >= 0 && position <= DIVISORS[k][0]; k--) {
      divisor = DIVISORS[k][1];
    }
    return Math.max(1, (int) (share / divisor * allowed));
  }

  /** The search for one sample. */
  private final class Search {
    private final float[] image;
    private final RandomStream stream;
    private final InputSpec box;
    private final L0Units units;
    private final int allowed;

    /** All units: first those that are changed, then the others. */
    private int[] order;

    private float[] best;
    private double margin;

    Search(Dialogue.Subject subject, InputSpec box, L0Units units, int allowed) {
      this.image = subject.image();
      this.stream = subject.stream();
      this.box = box;
      this.units = units;
      this.allowed = allowed;
      this.order = Draws.order(units.count(), stream);
      this.best = image.clone();
      for (int k = 0; k < allowed; k++) {
        recolour(best, order[k]);
      }
    }

    Dialogue.Turn begin() {
      return ask(
          best,
          answer -> {
            margin = answer;
            return next(1);
          });
    }

    private Dialogue.Turn next(int step) {
      if (margin < 0) {
        return new Dialogue.Done();
      }
      int[] proposedOrder = order.clone();
      float[] proposed = proposal(step, proposedOrder);
      return ask(
          proposed,
          answer -> {
            if (answer < margin) {
              margin = answer;
              best = proposed;
              order = proposedOrder;
            }
            return next(step + 1);
          });
    }

    private static Dialogue.Turn ask(float[] point, DoubleFunction<Dialogue.Turn> then) {
      return new Dialogue.Ask(1, k -> point, answers -> then.apply(answers[0]));
    }

    /**
     * The best point with some changed units exchanged for others, in the order, too. One may be
     * exchanged for itself in another colour, which hardly ever happens on large images, while on
     * small ones the search would be stuck without it.
     */
    private float[] proposal(int step, int[] newOrder) {
      float[] proposed = best.clone();
      int count = exchanged(step, allowed);
      drawLast(newOrder, count);
      for (int place = allowed - count; place < allowed; place++) {
        units.copy(newOrder[place], image, proposed);
      }
      for (int place = allowed - count; place < allowed; place++) {
        exchange(newOrder, place, place + stream.nextInt(units.count() - place));
        recolour(proposed, newOrder[place]);
      }
      return proposed;
    }

    /** Puts some of the changed units, drawn at random, last among them. */
    private void drawLast(int[] units, int count) {
      for (int place = allowed - 1; place >= allowed - count; place--) {
        exchange(units, place, stream.nextInt(place + 1));
      }
    }

    private static void exchange(int[] units, int a, int b) {
      int unit = units[a];
      units[a] = units[b];
      units[b] = unit;
    }

    /** Gives a unit a corner of the colour cube other than its clean colour. */
    private void recolour(float[] point, int unit) {
      do {
        for (int value = 0; value < units.size(); value++) {
          double end = stream.nextInt(2) == 0 ? box.low() : box.high();
          point[units.at(unit, value)] = (float) end;
        }
      } while (units.change(unit, point, image) == 0);
    }
  }
}
