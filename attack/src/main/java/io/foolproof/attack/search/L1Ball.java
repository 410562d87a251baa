package io.foolproof.attack.search;

import io.foolproof.attack.Rounding;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of absolute changes is at most epsilon.
 *
 * <p>Clipping to the box after projecting onto the L1 ball would waste most of the budget, so the
 * projection is onto the intersection of both (Croce and Hein: Mind the box, 2021, arXiv
 * 2103.01208).
 *
 * @param centre the clean images
 * @param radii epsilon, less what rounding the result to 32 bits can add: one for each image
 */
public record L1Ball(Tensor centre, double[] radii, InputSpec input) implements Ball {

  /**
   * The fraction of coordinates that a step moves. The steepest step moves one; a few converge
   * faster (Tramer and Boneh: Adversarial training and robustness for multiple perturbations, 2019,
   * arXiv 1904.13000, section 3.2).
   */
  private static final double COORDINATES = 0.01;

  static L1Ball around(Tensor images, double[] epsilons, InputSpec input) {
    double rounding = Rounding.ofPixel(input) * input.elements();
    return new L1Ball(images, Rounding.shrunk(epsilons, rounding), input);
  }

  /**
   * The nearest point of ball and box. It changes value i by clamp(a_i - t, 0, c_i) in the
   * direction of the wanted change, whose size is a_i, where c_i is the room that the box leaves
   * and t makes the changes sum up to the radius. That sum is piecewise linear in t, and bends at
   * a_i and a_i - c_i.
   */
  @Override
  public Tensor project(Tensor points) {
    return project(centre, points, Tensor.of(radii, radii.length, 1), input);
  }

  /** As {@link #project(Tensor)}, with radii [N, 1]. */
  public static Tensor project(Tensor centre, Tensor points, Tensor radius, InputSpec input) {
    Tensor from = centre.flatten(1).to(DType.FLOAT64);
    Tensor delta = points.flatten(1).to(DType.FLOAT64).sub(from);
    Tensor room = Tensor.where(delta.gt(0), from.neg().add(input.high()), from.sub(input.low()));
    Tensor wanted = delta.abs();
    Tensor changes =
        wanted.sub(threshold(wanted, room, radius)).clamp(Tensor.zeros(DType.FLOAT64), room);
    Tensor moved = from.add(changes.mul(delta.sign()));
    return moved.to(DType.FLOAT32).clamp(input.low(), input.high()).reshape(centre.shape());
  }

  /** The t of {@link #project}, or 0 where the clipped changes fit as they are: [N, 1]. */
  private static Tensor threshold(Tensor wanted, Tensor room, Tensor radius) {
    Tensor.Sorted bends = Tensor.concat(List.of(wanted, wanted.sub(room)), 1).sort(1, true);
    int d = (int) wanted.size(1);
    // Going down from the largest bend, a value starts to count at a_i and stops at a_i - c_i.
    Tensor slopeChange = Tensor.where(bends.indices().lt(d), one(), one().neg());
    Tensor slope = slopeChange.cumsum(1).slice(1, 0, 2L * d - 1, 1);
    Tensor upper = bends.values().slice(1, 0, 2L * d - 1, 1);
    Tensor lower = bends.values().slice(1, 1, 2L * d, 1);
    Tensor sumAtLower = slope.mul(upper.sub(lower)).cumsum(1);
    // The radius is reached on the first segment whose lower end exceeds it.
    Tensor before = sumAtLower.le(radius).to(DType.INT64);
    Tensor segment = before.sum(true, 1).minimum(Tensor.full(2.0 * d - 2, DType.INT64));
    Tensor excess = sumAtLower.gather(1, segment).sub(radius);
    Tensor t = lower.gather(1, segment).add(excess.div(slope.gather(1, segment)));
    Tensor zero = Tensor.zeros(DType.FLOAT64);
    return Tensor.where(excess.gt(0), t, zero).maximum(zero);
  }

  private static Tensor one() {
    return Tensor.ones(DType.FLOAT64);
  }

  @Override
  public Tensor steepest(Tensor points, Tensor gradient) {
    double[] k = new double[(int) points.size(0)];
    Arrays.fill(k, Math.rint(input.elements() * COORDINATES));
    return sparseStep(points, gradient, k);
  }

  /**
   * A step of length 1 over the coordinates with the largest gradients among those that the box
   * lets move.
   *
   * @param k how many coordinates, for each row, rounded down; at least one is moved
   */
  public Tensor sparseStep(Tensor points, Tensor gradient, double[] k) {
    Tensor up = gradient.gt(0).and(points.lt(input.high()));
    Tensor down = gradient.lt(0).and(points.gt(input.low()));
    Tensor movable = gradient.mul(up.or(down).to(DType.FLOAT32)).flatten(1);
    Tensor order = movable.abs().sort(1, true).indices();
    float[] shares = new float[k.length * input.elements()];
    for (int row = 0; row < k.length; row++) {
      int moved = Math.max(1, (int) k[row]);
      int from = row * input.elements();
      Arrays.fill(shares, from, from + Math.min(moved, input.elements()), 1f / moved);
    }
    Tensor share = Tensor.zeros(DType.FLOAT32, movable.shape());
    share = share.scatter(1, order, Tensor.of(shares, movable.shape()));
    return movable.sign().mul(share).reshape(gradient.shape());
  }

  /** Uniform in volume: exponential sizes with random signs, over their sum and one more. */
  @Override
  public Tensor randomBeyondBox(List<RandomStream> streams) {
    Tensor delta = Draws.of(streams, centre.shape(), this::fillUniformly);
    return centre.add(delta);
  }

  private void fillUniformly(RandomStream stream, float[] values, int from, int to) {
    double total = -Math.log1p(-stream.nextDouble());
    for (int i = from; i < to; i++) {
      double size = -Math.log1p(-stream.nextDouble());
      total += size;
      values[i] = (float) (stream.nextInt(2) == 0 ? size : -size);
    }
    float factor = (float) (radii[from / input.elements()] / total);
    for (int i = from; i < to; i++) {
      values[i] *= factor;
    }
  }

  @Override
  public Tensor middle() {
    return centre;
  }

  @Override
  public Ball rows(int[] rows) {
    return new L1Ball(centre.rows(rows), Rows.select(radii, rows), input);
  }
}
