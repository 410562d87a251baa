package io.foolproof.attack.search;

import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The points that a threat model allows around each image of a batch: a ball of its norm, cut with
 * the model's box. All tensors are [N, shape...], all rows independent.
 *
 * <p>What {@link #project} returns is inside, decided in double precision: rounding to 32 bits is
 * allowed for by shrinking, never by tolerance.
 */
public sealed interface Ball permits LinfBall, L2Ball, L1Ball {

  /**
   * The ball of a threat model around images.
   *
   * @throws InvalidInputException for L0, whose points have no steepest steps
   */
  static Ball around(Tensor images, NormBounded threat, InputSpec input) {
    double[] epsilons = new double[(int) images.size(0)];
    Arrays.fill(epsilons, threat.epsilon());
    return around(images, threat.norm(), epsilons, input);
  }

  /**
   * Balls around images, each with a radius of its own.
   *
   * @param epsilons one for each image
   * @throws InvalidInputException for L0, whose points have no steepest steps
   */
  static Ball around(Tensor images, Norm norm, double[] epsilons, InputSpec input) {
    return switch (norm) {
      case LINF -> LinfBall.around(images, epsilons, input);
      case L2 -> L2Ball.around(images, epsilons, input);
      case L1 -> L1Ball.around(images, epsilons, input);
      case L0, L0_PIXELS ->
          throw new InvalidInputException(
              "an L0 ball cannot be stepped in: for L0 give a minimal-norm attack");
    };
  }

  /** The points moved into the ball. */
  Tensor project(Tensor points);

  /**
   * The step of length 1 in this norm along which a linear function with this gradient rises most;
   * for the L1 norm spread over a few coordinates.
   *
   * @param points where the step starts
   * @param gradient has no row that is zero everywhere
   */
  Tensor steepest(Tensor points, Tensor gradient);

  /** A point drawn uniformly from the ball of the norm, then projected; one stream a row. */
  default Tensor random(List<RandomStream> streams) {
    return project(randomBeyondBox(streams));
  }

  /** A point drawn uniformly from the ball of the norm, which the box does not cut. */
  Tensor randomBeyondBox(List<RandomStream> streams);

  /**
   * Where what the box leaves of the ball has its middle: of each value where values are free of
   * each other, else the clean images.
   */
  Tensor middle();

  /** The balls of some of the rows. */
  Ball rows(int[] rows);
}
