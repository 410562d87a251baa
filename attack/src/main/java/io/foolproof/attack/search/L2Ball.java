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

  static L2Ball around(Tensor images, double[] epsilons, InputSpec input) {
    double rounding = Rounding.ofPixel(input) * Math.sqrt(input.elements());
    return new L2Ball(images, Rounding.shrunk(epsilons, rounding), input);
  }

  /**
   * The nearest point of ball and box. It changes value i by min(t a_i, c_i) in the direction of
   * the wanted change, whose size is a_i, where c_i is the room that the box leaves; t is 1 where
   * that is inside the ball, and otherwise gives the change the length of the radius. Projecting
   * onto the ball first and clipping then would give the same change with a smaller t.
   */
  @Override
  public Tensor project(Tensor points) {
    return project(centre, points, radii, input);
  }

  /** As {@link #project(Tensor)}, with a radius for each row. */
  static Tensor project(Tensor centre, Tensor points, double[] radii, InputSpec input) {
    float[] from = centre.toFloats();
    float[] to = points.toFloats();
    int d = input.elements();
    double[] wanted = new double[d];
    double[] room = new double[d];
    for (int row = 0; row < radii.length; row++) {
      int first = row * d;
      for (int i = 0; i < d; i++) {
        wanted[i] = (double) to[first + i] - from[first + i];
        room[i] = wanted[i] > 0 ? input.high() - from[first + i] : from[first + i] - input.low();
      }
      double t = factor(wanted, room, radii[row]);
      for (int i = 0; i < d; i++) {
        double change = Math.copySign(Math.min(t * Math.abs(wanted[i]), room[i]), wanted[i]);
        to[first + i] = Vectors.clamp(from[first + i] + change, input);
      }
    }
    return Tensor.of(to, centre.shape());
  }

  /**
   * The t of {@link #project}. The squared length of the change is piecewise linear and concave in
   * the square of t, so that Newton's method from 0 never goes too far, and ends once no more
   * values are stopped by the box.
   */
  private static double factor(double[] wanted, double[] room, double radius) {
    double square = 0;
    double before;
    do {
      before = square;
      double free = 0;
      double stopped = 0;
      double t = Math.sqrt(before);
      for (int i = 0; i < wanted.length; i++) {
        if (t * Math.abs(wanted[i]) < room[i]) {
          free += wanted[i] * wanted[i];
        } else {
          stopped += room[i] * room[i];
        }
      }
      double next = (radius * radius - stopped) / free;
      square = free == 0 ? 1 : Math.max(before, Math.min(1, next));
    } while (square > before && square < 1);
    return Math.sqrt(square);
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
  public Tensor randomBeyondBox(List<RandomStream> streams) {
    int d = input.elements();
    float[] lengths = new float[streams.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (float) (radii[i] * Math.pow(streams.get(i).nextDouble(), 1.0 / d));
    }
    Tensor direction = Draws.gaussian(streams, centre.shape());
    Tensor unit = direction.div(length(direction));
    return centre.add(unit.mul(Rows.column(lengths, centre.rank())));
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
