package io.foolproof.attack.flow;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Flow;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Objective;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.PlaneMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Pursuit} of flows: bends the clean images before the model is asked, and remembers the
 * flow of each sample's best point.
 *
 * <p>The model only ever sees what {@link Flow#bend} gives, so that a witness can be bent again to
 * the last bit; the engine's own sampling serves for its gradient alone.
 */
final class FlowPursuit {
  private final Pursuit pursuit;
  private final InputSpec input;
  private final PixelGrid grid;
  private final double epsilon;
  private final Objective objective;
  private final @Nullable Flow[] best;
  private final double[] margin;

  /** Of a randomised model, the flows to choose from in the end: whichever were ever kept. */
  private final List<List<Flow>> kept = new ArrayList<>();

  FlowPursuit(Classifier model, Samples samples, ThreatModel threat, long seed, String attack) {
    this.input = model.input();
    // Values may become anything in the box: only flows are bounded.
    ThreatModel box = new NormBounded(Norm.LINF, input.high() - input.low(), threat.goal());
    this.pursuit = new Pursuit(model, samples, box, seed, attack);
    this.grid = PixelGrid.of(input);
    this.epsilon = threat.epsilon();
    this.objective = Loss.MARGIN.towards(threat.goal());
    this.best = new Flow[samples.size()];
    this.margin = new double[samples.size()];
    Arrays.fill(margin, Double.POSITIVE_INFINITY);
    for (int i = 0; i < margin.length; i++) {
      kept.add(new ArrayList<>());
    }
  }

  /**
   * Checks that a model takes images that can be bent.
   *
   * @throws InvalidInputException naming their shape
   */
  static void requirePixels(String attack, Classifier model) {
    long[] shape = model.input().shape();
    PixelGrid grid = PixelGrid.of(model.input());
    if (shape.length < 2 || grid.height() < 2 || grid.width() < 2) {
      throw new InvalidInputException(
          attack
              + " moves pixels, but "
              + model.name()
              + " takes inputs of shape "
              + Arrays.toString(shape)
              + ", without rows and columns: choose another norm than flow");
    }
  }

  /** As {@link Pursuit#remaining}. */
  BallLanes remaining(int restart) {
    return pursuit.remaining(restart);
  }

  /** As {@link Pursuit#dropFinished}. */
  void dropFinished(BallLanes lanes) {
    pursuit.dropFinished(lanes);
  }

  /** Flows that leave everything where it is, [lanes, 2, height, width]. */
  Tensor still(BallLanes lanes) {
    return Tensor.zeros(DType.FLOAT32, lanes.size(), 2, grid.height(), grid.width());
  }

  /** Flows [lanes, 2, height, width] with each vector at most epsilon long. */
  Tensor project(Tensor flows) {
    float[][] rows = Rows.split(flows);
    for (int lane = 0; lane < rows.length; lane++) {
      Flow shorter = Flow.of(grid, rows[lane]).within(epsilon);
      int plane = shorter.across().length;
      System.arraycopy(shorter.across(), 0, rows[lane], 0, plane);
      System.arraycopy(shorter.down(), 0, rows[lane], plane, plane);
    }
    return Rows.stack(rows, flows.shape());
  }

  /** Shows the model the images bent by flows [lanes, 2, height, width]. */
  void look(BallLanes lanes, Tensor flows) {
    look(lanes, split(flows));
  }

  /** Shows the model the images bent by flows, one a lane. */
  void look(BallLanes lanes, List<Flow> flows) {
    try (Scope scope = Scope.open()) {
      pursuit.look(lanes, bent(lanes, flows));
      note(lanes, flows);
    }
  }

  /**
   * Shows the model the images bent by flows, and says how its loss rises with the flows.
   *
   * @param flows [lanes, 2, height, width]
   * @param besides what else shall rise, a number for each lane from its flow
   * @return the gradient of both, shaped as the flows, in the caller's scope
   */
  Tensor slope(BallLanes lanes, Tensor flows, UnaryOperator<Tensor> besides) {
    try (Scope scope = Scope.open()) {
      List<Flow> shown = split(flows);
      Pursuit.Slope slope = pursuit.slope(lanes, bent(lanes, shown), objective);
      note(lanes, shown);
      Tensor f = flows.detach().variable();
      Tensor sampled = sampled(lanes.images(), f);
      Tensor pixels = slope.gradient().reshape(sampled.shape());
      Tensor rise = sampled.mul(pixels).sum(false, Rows.valueDims(sampled));
      return scope.keep(Gradients.of(rise.add(besides.apply(f)), f));
    }
  }

  /** The images as the engine bends them, which it can differentiate. */
  private Tensor sampled(Tensor images, Tensor flows) {
    int height = grid.height();
    int width = grid.width();
    Tensor places = PlaneMap.grid(List.of(PlaneMap.IDENTITY), height, width, flows.dtype());
    float[] halves = {(float) (2.0 / (width - 1)), (float) (2.0 / (height - 1))};
    Tensor moved = flows.permute(0, 2, 3, 1).mul(Tensor.of(halves, 1, 1, 1, 2));
    Tensor aboveLow =
        images.sub(input.low()).reshape(images.size(0), grid.channels(), height, width);
    return Nn.gridSample(aboveLow, moved.add(places));
  }

  private List<Flow> split(Tensor flows) {
    List<Flow> split = new ArrayList<>();
    for (float[] values : Rows.split(flows)) {
      split.add(Flow.of(grid, values));
    }
    return split;
  }

  private Tensor bent(BallLanes lanes, List<Flow> flows) {
    float[][] bent = new float[lanes.size()][];
    for (int lane = 0; lane < bent.length; lane++) {
      bent[lane] = flows.get(lane).bend(pursuit.image(lanes, lane), input);
    }
    return Rows.stack(bent, lanes.images().shape());
  }

  /** Keeps the flows of the points that the pursuit has just kept. */
  private void note(BallLanes lanes, List<Flow> flows) {
    for (int lane = 0; lane < lanes.size(); lane++) {
      int i = lanes.members()[lane];
      if (pursuit.margin(i) < margin[i]) {
        margin[i] = pursuit.margin(i);
        best[i] = flows.get(lane);
      }
      if (pursuit.isRandom() && pursuit.keptLast(i)) {
        kept.get(i).add(flows.get(lane));
      }
    }
  }

  /** What bends the clean image into the one that was chosen. */
  private @Nullable Flow flow(int i, float[] image) {
    if (!pursuit.isRandom()) {
      return best[i];
    }
    float[] clean = pursuit.samples().images()[i];
    return kept.get(i).stream()
        .filter(flow -> Arrays.equals(flow.bend(clean, input), image))
        .findFirst()
        .orElse(best[i]);
  }

  /** What was found, one result a sample, each with its flow. */
  List<AttackResult> results() {
    List<AttackResult> results = new ArrayList<>();
    for (AttackResult result : pursuit.results()) {
      boolean numbers = result.status() != AttackResult.Status.NOT_A_NUMBER;
      results.add(result.withFlow(numbers ? flow(results.size(), result.image()) : null));
    }
    return results;
  }
}
