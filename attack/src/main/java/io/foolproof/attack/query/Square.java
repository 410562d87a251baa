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
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Bumps;
import io.foolproof.attack.search.PerLane;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Follows;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The square attack: random search that changes a square window of the perturbation and keeps what
 * lowers the margin; it needs scores only.
 *
 * <p>Andriushchenko, Croce, Flammarion, Hein: Square Attack: a query-efficient black-box
 * adversarial attack via random search, 2019, arXiv 1912.00049, algorithms 1 to 3; for L1 as in
 * Croce and Hein: Mind the box, 2021, arXiv 2103.01208, section 4. Inputs of one dimension count as
 * one row of pixels.
 *
 * @param queries queries for one sample at most
 * @param share the fraction of the pixels in the first windows
 * @param schedule number of queries over which the windows shrink to their smallest: that of all,
 *     as the paper has it, or always 10,000, of which AutoAttack runs the first 5,000
 */
@Named("square")
public record Square(
    @AtLeast(1) int queries, @Fraction double share, @AtLeast(1) @Follows("queries") int schedule)
    implements Attack, HasQueries<Square> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "random search over square windows; needs scores only",
          "Andriushchenko et al. 2019, arXiv 1912.00049",
          "5,000 queries");

  /** After how many queries of a schedule of 10,000 the windows halve; a shorter one is sooner. */
  private static final int[] HALVINGS = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

  /** Checks the settings. */
  public Square {
    Settings.check(Square.class, queries, share, schedule);
  }

  /** With the default settings. */
  public static Square standard() {
    return new Square(5000, 0.8, 5000);
  }

  /** A way to propose perturbed images; each draws from the sample's own stream alone. */
  interface Proposals {
    /** The first proposal. */
    float[] first(float[] image, RandomStream stream);

    /** A change of the best point so far, in a window of a fraction of the pixels. */
    float[] next(float[] image, float[] best, double share, RandomStream stream);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.SCORES;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    PixelGrid grid = PixelGrid.of(model.input());
    Proposals proposals =
        switch (pursuit.norm()) {
          case LINF -> new SquareSigns(grid, threat.epsilon());
          case L2 -> new SquareBumps(grid, threat.epsilon(), new Bumps(grid, 2));
          case L1 -> new SquareBumps(grid, threat.epsilon(), new Bumps(grid, 1));
          case L0, L0_PIXELS ->
              throw new IllegalArgumentException("square has no version for " + pursuit.norm());
        };
    try (Scope scope = Scope.open()) {
      search(pursuit, pursuit.remaining(0), proposals);
    }
    return pursuit.results();
  }

  private void search(Pursuit pursuit, BallLanes lanes, Proposals proposals) {
    PerLane<float[][]> best = lanes.hold(new float[lanes.size()][]);
    PerLane<double[]> margin = lanes.hold(new double[lanes.size()]);
    Arrays.fill(margin.get(), Double.POSITIVE_INFINITY);
    for (int query = 0; query < queries && lanes.size() > 0; query++) {
      try (Scope turn = Scope.open()) {
        float[][] proposed = new float[lanes.size()][];
        double shareNow = shareAt(query);
        for (int lane = 0; lane < proposed.length; lane++) {
          float[] image = pursuit.image(lanes, lane);
          RandomStream stream = lanes.streams().get(lane);
          proposed[lane] =
              query == 0
                  ? proposals.first(image, stream)
                  : proposals.next(image, best.get()[lane], shareNow, stream);
        }
        Tensor points = lanes.ball().project(Rows.stack(proposed, lanes.images().shape()));
        double[] margins = pursuit.look(lanes, points);
        for (int lane = 0; lane < margins.length; lane++) {
          if (query == 0 || margins[lane] < margin.get()[lane]) {
            margin.get()[lane] = margins[lane];
            best.get()[lane] = Rows.row(points, lane);
          }
        }
      }
      pursuit.dropFinished(lanes);
    }
  }

  /** The fraction of the pixels in the windows of a query; the first is query 0. */
  double shareAt(int query) {
    double position = 10_000.0 * query / schedule;
    long halvings = IntStream.of(HALVINGS).filter(after -> position > after).count();
    return share / (1L << halvings);
  }
}
