package io.foolproof.attack.query;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.PerLane;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The simple black-box attack: goes through the values of the image in random order, moves each up
 * or else down, and keeps what lowers the margin.
 *
 * <p>Guo, Gardner, You, Wilson, Weinberger: Simple black-box adversarial attacks, 2019, arXiv
 * 1905.07121, algorithm 1, with single values as directions; on the margin instead of the
 * probability, which saturates. After the last value it starts again in another order.
 *
 * @param queries queries for one sample at most
 * @param relativeStep how far a value moves, as a fraction of epsilon
 */
@Named("simba")
public record SimBa(@AtLeast(1) int queries, @Named("step") @Positive double relativeStep)
    implements Attack, HasQueries<SimBa> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "changes of one value at a time; needs scores only",
          "Guo et al. 2019, arXiv 1905.07121",
          "5,000 queries");

  /** Checks the settings. */
  public SimBa {
    Settings.check(SimBa.class, queries, relativeStep);
  }

  /** With the default settings. */
  public static SimBa standard() {
    return new SimBa(5000, 1);
  }

  /** The search for one sample: its best point and what to try next. */
  private static final class Search {
    private final RandomStream stream;
    private final int[] order;
    private int next;
    private boolean down;
    private float[] best;
    private double margin = Double.POSITIVE_INFINITY;

    Search(float[] image, RandomStream stream) {
      this.best = image;
      this.stream = stream;
      this.order = Draws.order(image.length, stream);
    }

    float[] proposal(double step) {
      float[] proposal = best.clone();
      proposal[order[next]] += (float) (down ? -step : step);
      return proposal;
    }

    /** Keeps what is better; goes on to the other direction, or to the next value. */
    void learn(Supplier<float[]> point, double itsMargin) {
      boolean better = itsMargin < margin;
      if (better) {
        best = point.get();
        margin = itsMargin;
      }
      boolean valueDone = better || down;
      down = !valueDone;
      next += valueDone ? 1 : 0;
      if (next == order.length) {
        next = 0;
        stream.shuffle(order);
      }
    }
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
    try (Scope scope = Scope.open()) {
      search(pursuit, pursuit.remaining(0), relativeStep * threat.epsilon());
    }
    return pursuit.results();
  }

  private void search(Pursuit pursuit, BallLanes lanes, double step) {
    PerLane<Search[]> searches =
        lanes.hold(
            IntStream.range(0, lanes.size())
                .mapToObj(lane -> new Search(pursuit.image(lanes, lane), lanes.streams().get(lane)))
                .toArray(Search[]::new));
    double[] clean = pursuit.look(lanes, lanes.images());
    for (int lane = 0; lane < clean.length; lane++) {
      searches.get()[lane].margin = clean[lane];
    }
    for (int query = 1; query < queries && lanes.size() > 0; query++) {
      try (Scope turn = Scope.open()) {
        float[][] proposed =
            Arrays.stream(searches.get())
                .map(search -> search.proposal(step))
                .toArray(float[][]::new);
        Tensor points = lanes.ball().project(Rows.stack(proposed, lanes.images().shape()));
        double[] margins = pursuit.look(lanes, points);
        for (int lane = 0; lane < margins.length; lane++) {
          int row = lane;
          searches.get()[lane].learn(() -> Rows.row(points, row), margins[lane]);
        }
      }
      pursuit.dropFinished(lanes);
    }
  }
}
