package io.foolproof.attack.query;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.search.Vectors;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.List;
import java.util.Set;

/**
 * The one-pixel attack: differential evolution over the places and values of a few pixels; it needs
 * scores only.
 *
 * <p>Su, Vargas, Sakurai: One pixel attack for fooling deep neural networks, 2017, arXiv
 * 1710.08864, section 3.2, with the margin as fitness. An epsilon of n in L0 allows n values, which
 * are n pixels of one channel, or a third as many of three; over pixels it allows n pixels.
 *
 * @param queries queries for one sample at most
 * @param population number of candidates; each child takes three
 */
@Named("one-pixel")
public record OnePixel(@AtLeast(1) int queries, @AtLeast(3) int population)
    implements Attack, HasQueries<OnePixel> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "differential evolution of a few pixels; needs scores only",
          "Su et al. 2017, arXiv 1710.08864",
          "10,000 queries");

  /** The weight of a difference between candidates. */
  private static final double F = 0.5;

  /** Checks the settings. */
  public OnePixel {
    Settings.check(OnePixel.class, queries, population);
  }

  /** With the default settings. */
  public static OnePixel standard() {
    return new OnePixel(10_000, 400);
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
    PixelGrid grid = PixelGrid.of(model.input());
    int cost = pursuit.norm() == Norm.L0 ? grid.channels() : 1;
    int pixels = (int) Math.min(threat.epsilon() / cost, grid.height() * grid.width());
    if (pixels > 0) {
      Dialogue.within(
          threat.epsilon(),
          pursuit,
          queries,
          subject -> new Evolution(subject, model.input(), pixels, population).begin());
    }
    return pursuit.results();
  }

  /** The evolution for one sample. A candidate is a row, a column and its values, a pixel. */
  private static final class Evolution {
    private final RandomStream stream;
    private final float[] image;
    private final InputSpec box;
    private final PixelGrid grid;
    private final int pixels;

    private double[][] candidates;
    private double[] margins;

    Evolution(Dialogue.Subject subject, InputSpec box, int pixels, int population) {
      this.stream = subject.stream();
      this.image = subject.image();
      this.box = box;
      this.grid = PixelGrid.of(box);
      this.pixels = pixels;
      this.candidates = new double[population][];
      this.margins = new double[population];
    }

    Dialogue.Turn begin() {
      for (int k = 0; k < candidates.length; k++) {
        candidates[k] = random();
      }
      return new Dialogue.Ask(
          candidates.length,
          k -> point(candidates[k]),
          answers -> {
            margins = answers;
            return next();
          });
    }

    private double[] random() {
      double[] candidate = new double[pixels * (2 + grid.channels())];
      for (int j = 0; j < candidate.length; j++) {
        candidate[j] =
            switch (j % (2 + grid.channels())) {
              case 0 -> stream.nextDouble() * grid.height();
              case 1 -> stream.nextDouble() * grid.width();
              default -> (box.low() + box.high() + width() * stream.nextGaussian()) / 2;
            };
      }
      return candidate;
    }

    private double width() {
      return box.high() - box.low();
    }

    /** The next generation: every candidate is replaced by its child if that is fitter. */
    private Dialogue.Turn next() {
      for (double margin : margins) {
        if (margin < 0) {
          return new Dialogue.Done();
        }
      }
      double[][] children = new double[candidates.length][];
      for (int k = 0; k < children.length; k++) {
        children[k] = child();
      }
      return new Dialogue.Ask(
          children.length,
          k -> point(children[k]),
          answers -> {
            for (int k = 0; k < children.length; k++) {
              if (answers[k] < margins[k]) {
                margins[k] = answers[k];
                candidates[k] = children[k];
              }
            }
            return next();
          });
    }

    /** One candidate moved by half of the difference between two others. */
    private double[] child() {
      int n = candidates.length;
      int a = stream.nextInt(n);
      int fromA = 1 + stream.nextInt(n - 1);
      // Of the n - 2 that are neither a nor b, counted from a.
      int skipping = 1 + stream.nextInt(n - 2);
      int b = (a + fromA) % n;
      int c = (a + (skipping < fromA ? skipping : skipping + 1)) % n;
      double[] child = new double[candidates[a].length];
      for (int j = 0; j < child.length; j++) {
        child[j] = candidates[a][j] + F * (candidates[b][j] - candidates[c][j]);
      }
      return child;
    }

    /** The image with a candidate's pixels; what lies outside is moved to the edge. */
    private float[] point(double[] candidate) {
      float[] point = image.clone();
      for (int j = 0; j < candidate.length; j += 2 + grid.channels()) {
        int row = (int) Math.max(0, Math.min(grid.height() - 1, Math.floor(candidate[j])));
        int column = (int) Math.max(0, Math.min(grid.width() - 1, Math.floor(candidate[j + 1])));
        for (int channel = 0; channel < grid.channels(); channel++) {
          point[grid.at(channel, row, column)] = Vectors.clamp(candidate[j + 2 + channel], box);
        }
      }
      return point;
    }
  }
}
