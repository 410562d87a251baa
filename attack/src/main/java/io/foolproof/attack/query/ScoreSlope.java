package io.foolproof.attack.query;

import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;

/**
 * Estimates the direction in which the margin falls from scores alone: the sum over random
 * directions of each direction times the difference of the margins on its two sides.
 *
 * <p>These points are moved into the box but not into the ball, where the differences would vanish
 * at its edge; so they do not count.
 *
 * @param pairs how many directions one estimate takes
 * @param radius how far the points are away along a direction, as a fraction of the box
 * @param direction how directions are drawn
 */
record ScoreSlope(
    Pursuit pursuit, InputSpec input, int pairs, double radius, Draws.Fill direction) {

  /**
   * Checks that a budget suffices for a step.
   *
   * @throws InvalidInputException saying what a step costs
   */
  static void requireQueries(String attack, int queries, int pairs) {
    if (queries < 1 + perStep(pairs)) {
      throw new InvalidInputException(
          "%s: queries=%d: a step from %d pairs of points and a look at where it ends take %d: give more queries or fewer pairs"
              .formatted(attack, queries, pairs, 1 + perStep(pairs)));
    }
  }

  /** How many steps a budget allows, after which there is one look more. */
  int steps(int queries) {
    return (queries - 1) / perStep(pairs);
  }

  /** A look at the point, and one at either side of it for each pair. */
  private static int perStep(int pairs) {
    return 1 + 2 * pairs;
  }

  /** One direction a lane, shaped as the points, perhaps zero; in the caller's scope. */
  Tensor estimate(BallLanes lanes, Tensor points) {
    BallLanes around = lanes.forProbing();
    try (Scope scope = Scope.open()) {
      Tensor sum = points.sub(points);
      for (int pair = 0; pair < pairs; pair++) {
        try (Scope turn = Scope.open()) {
          Tensor v = Draws.of(lanes.streams(), points.shape(), direction);
          double[] up = side(around, points, v, 1);
          double[] down = side(around, points, v, -1);
          float[] fall = new float[up.length];
          for (int lane = 0; lane < fall.length; lane++) {
            fall[lane] = (float) (down[lane] - up[lane]);
          }
          sum = turn.replace(sum, sum.add(v.mul(Rows.column(fall, v.rank()))));
        }
      }
      return scope.keep(sum);
    }
  }

  private double[] side(BallLanes lanes, Tensor points, Tensor v, int sign) {
    double step = sign * radius * (input.high() - input.low());
    return pursuit.look(lanes, points.add(v.mul(step)).clamp(input.low(), input.high()));
  }
}
