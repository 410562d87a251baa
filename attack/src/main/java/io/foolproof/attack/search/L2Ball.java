package io.foolproof.attack.search;

import io.foolproof.attack.Rounding;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * The Euclidean length of the change is at most epsilon.
 *
 * @param centre the clean images
 * @param radii epsilon, less what rounding the result to 32 bits can add: one for each image
 */
record L2Ball(Tensor centre, double[] radii, InputSpec input) implements Ball {

  /**
   * Under this length a gradient has no direction; a floor under its square would be felt far off.
   */
  private static final double SHORTEST = 1e-30;

  static L2Ball around(Tensor images, double[] epsilons, InputSpec input) {
    double rounding = Rounding.ofPixel(input) * Math.sqrt(input.elements());
    return new L2Ball(images, Rounding.shrunk(epsilons, rounding), input);
  }

  /**
   * Onto the ball, then into the box: the second only shortens the change, as the centre is in it.
   */
  @Override
  public Tensor project(Tensor points) {
    Tensor delta = points.sub(centre);
    Tensor length = length(delta);
    Tensor scale =
        length
            .clamp(SHORTEST, Double.POSITIVE_INFINITY)
            .pow(-1)
            .mul(Rows.column(radii, centre.rank()));
    scale = scale.clamp(0, 1);
    return centre.add(delta.mul(scale)).clamp(input.low(), input.high());
  }

  @Override
  public Tensor steepest(Tensor points, Tensor gradient) {
    // Scaled by its largest value first: the squares of tiny gradients underflow.
    long[] dims = Rows.valueDims(gradient);
    Tensor scaled = gradient.div(gradient.abs().max(true, dims));
    return scaled.div(length(scaled));
  }

  private static Tensor length(Tensor delta) {
    return delta.pow(2).sum(true, Rows.valueDims(delta)).sqrt();
  }

  /** Uniform in volume: a random direction, and a length whose d-th power is uniform. */
  @Override
  public Tensor random(List<RandomStream> streams) {
    int d = input.elements();
    float[] lengths = new float[streams.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (float) (radii[i] * Math.pow(streams.get(i).nextDouble(), 1.0 / d));
    }
    Tensor direction = Draws.gaussian(streams, centre.shape());
    Tensor unit = direction.div(length(direction));
    return project(centre.add(unit.mul(Rows.column(lengths, centre.rank()))));
  }

  @Override
  public Tensor middle() {
    return centre;
  }

  @Override
  public Ball rows(int[] rows) {
    return new L2Ball(centre.rows(rows), Rows.select(radii, rows), input);
  }
}
