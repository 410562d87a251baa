package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The Carlini and Wagner attack: minimises the squared distance plus a constant times the margin,
 * in variables that cannot leave the box, and searches for the constant.
 *
 * <p>Carlini and Wagner: Towards evaluating the robustness of neural networks, 2016, arXiv
 * 1608.04644, section V and VI.A. Each sample has a search of its own, and stops descending by
 * itself once a tenth of the steps brought no progress.
 *
 * @param searches constants to try
 * @param steps gradient steps for each at most
 * @param step the learning rate, in the variables w of x = (tanh(w) + 1) / 2
 */
public record CarliniWagner(int searches, int steps, double step) implements MinimalNormAttack {
  static final Attacks.Entry ENTRY =
      new Attacks.Entry(
          "cw",
          "closest example: distance and margin weighed by a search",
          "Carlini and Wagner 2016, arXiv 1608.04644",
          "4,500 gradients",
          settings ->
              new CarliniWagner(
                  settings.integer("searches", 9),
                  settings.integer("steps", 500),
                  settings.number("step", 0.01)));

  /** At the very edge of the box w would be infinite. */
  private static final double INSIDE = 0.999999;

  private static final double PROGRESS = 0.9999;

  /** Checks the numbers. */
  public CarliniWagner {
    Settings.atLeast("cw", "searches", searches, 1);
    Settings.atLeast("cw", "steps", steps, 1);
    Settings.positive("cw", "step", step);
  }

  @Override
  public String name() {
    return "cw";
  }

  @Override
  public String settings() {
    return "cw:searches=" + searches + ":steps=" + steps + ":step=" + step;
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L2);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    pursuit.search(
        0,
        lanes -> {
          ConstantSearch search = new ConstantSearch(lanes.size());
          for (int k = 0; k < searches; k++) {
            try (Scope scope = Scope.open()) {
              search.next(descend(pursuit, lanes, search.constants()));
            }
          }
        });
    Tightening.of(pursuit);
    return pursuit.results();
  }

  private boolean[] descend(
      ClosestPursuit pursuit, ClosestPursuit.Lanes allLanes, Tensor allConstants) {
    ClosestPursuit.Lanes lanes = allLanes;
    Tensor constants = allConstants;
    int[] places = IntStream.range(0, lanes.size()).toArray();
    boolean[] fooled = new boolean[lanes.size()];
    double[] lossBefore = new double[lanes.size()];
    Arrays.fill(lossBefore, Double.POSITIVE_INFINITY);
    Adam adam = new Adam(lanes.images().shape());
    Tensor w = toVariables(lanes.images(), pursuit.input());
    for (int k = 0; k < steps && lanes.size() > 0; k++) {
      double[] loss;
      try (Scope turn = Scope.open()) {
        Tensor tanh = w.tanh();
        Tensor x = toImages(tanh, pursuit.input());
        Tensor delta = x.sub(lanes.images());
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, x);
        mark(fooled, places, at.fooled().toBooleans());
        Tensor hinge = at.margin().relu();
        loss = loss(delta, constants, hinge);
        Tensor gradient = delta.mul(2).add(at.gradient(hinge).mul(constants));
        Tensor chained = gradient.mul(tanh.pow(2).neg().add(1));
        w = turn.replace(w, w.sub(adam.direction(turn, chained).mul(step)));
      }
      if ((k + 1) % Math.max(1, steps / 10) == 0) {
        int[] rows = progressing(loss, lossBefore, places);
        lanes = lanes.rows(rows);
        constants = constants.rows(rows);
        w = w.rows(rows);
        adam.keepRows(rows);
        places = IntStream.of(rows).map(IntStream.of(places).boxed().toList()::get).toArray();
      }
    }
    return fooled;
  }

  private static void mark(boolean[] marks, int[] places, boolean[] now) {
    for (int lane = 0; lane < places.length; lane++) {
      marks[places[lane]] |= now[lane];
    }
  }

  private static double[] loss(Tensor delta, Tensor constants, Tensor hinge) {
    Tensor square = delta.pow(2).sum(false, 1);
    return square.add(constants.squeeze(1).mul(hinge.detach())).toDoubles();
  }

  private static int[] progressing(double[] loss, double[] lossBefore, int[] places) {
    int[] rows =
        IntStream.range(0, loss.length)
            .filter(lane -> loss[lane] < lossBefore[places[lane]] * PROGRESS)
            .toArray();
    for (int row : rows) {
      lossBefore[places[row]] = loss[row];
    }
    return rows;
  }

  private static Tensor toVariables(Tensor images, InputSpec input) {
    double range = input.high() - input.low();
    Tensor tanh = images.sub(input.low()).mul(2 / range).sub(1).mul(INSIDE);
    return tanh.add(1).div(tanh.neg().add(1)).log().mul(0.5);
  }

  private static Tensor toImages(Tensor tanh, InputSpec input) {
    double range = input.high() - input.low();
    return tanh.add(1).mul(range / 2).add(input.low()).clamp(input.low(), input.high());
  }
}
