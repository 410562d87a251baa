package io.foolproof.attack.query;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.L0Units;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Starts;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import java.util.List;
import java.util.Set;

/**
 * The pointwise attack: from salt-and-pepper noise, takes every value back that can be taken back,
 * in random order, until none is left; it needs labels only. Where pixels are counted, it takes
 * back pixels.
 *
 * <p>Schott, Rauber, Bethge, Brendel: Towards the first adversarially robust neural network model
 * on MNIST, 2018, arXiv 1805.09190, section 6. It starts again until the queries are used up.
 *
 * @param queries queries for one sample at most
 * @param starts images to start from where no salt and pepper will do
 */
@Named("pointwise")
public record Pointwise(@AtLeast(1) int queries, @NotASetting ImagePool starts)
    implements MinimalNormAttack, HasQueries<Pointwise> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: resets values one by one from noise; needs labels only",
          "Schott et al. 2018, arXiv 1805.09190",
          "5,000 queries");

  /** How many fractions of noisy values are tried, from few values to all. */
  private static final int SHARES = 20;

  /** Checks the settings. */
  public Pointwise {
    Settings.check(Pointwise.class, queries, starts);
  }

  /** With the default settings. */
  public static Pointwise standard() {
    return new Pointwise(5000, ImagePool.NONE);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.countingChanges();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  @Override
  public Pointwise withStarts(ImagePool pool) {
    return new Pointwise(queries, pool);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    L0Units units = L0Units.of(pursuit.norm(), model.input());
    Dialogue.run(
        pursuit,
        queries,
        subject -> new Reset(subject, pursuit, starts, model.input(), units).begin(1));
    return pursuit.results();
  }

  /** The search for one sample. */
  private record Reset(
      Dialogue.Subject subject,
      ClosestPursuit pursuit,
      ImagePool starts,
      InputSpec box,
      L0Units units) {

    /** Salt and pepper on ever more values or pixels. */
    Dialogue.Turn begin(int k) {
      if (k > SHARES) {
        return Starts.find(subject, pursuit, starts, start -> take(start, order(), 0, false));
      }
      float[] point = saltAndPepper((double) k / SHARES);
      return Dialogue.about(
          point, fooled -> fooled ? take(point, order(), 0, false) : begin(k + 1));
    }

    /** Takes the next change back; after the last one goes round again if any was. */
    private Dialogue.Turn take(float[] point, int[] order, int next, boolean any) {
      int k = next;
      while (k < order.length && units.change(order[k], point, subject.image()) == 0) {
        k++;
      }
      if (k == order.length) {
        return any ? take(point, order(), 0, false) : begin(1);
      }
      int after = k + 1;
      float[] tried = point.clone();
      units.copy(order[k], subject.image(), tried);
      return Dialogue.about(
          tried,
          fooled -> fooled ? take(tried, order, after, true) : take(point, order, after, any));
    }

    private float[] saltAndPepper(double share) {
      float[] point = subject.image().clone();
      for (int unit = 0; unit < units.count(); unit++) {
        if (subject.stream().nextDouble() < share) {
          for (int value = 0; value < units.size(); value++) {
            double end = subject.stream().nextInt(2) == 0 ? box.low() : box.high();
            point[units.at(unit, value)] = (float) end;
          }
        }
      }
      return point;
    }

    private int[] order() {
      return Draws.order(units.count(), subject.stream());
    }
  }
}
