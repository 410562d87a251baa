package io.foolproof.attack.search;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;

/**
 * Directions of descent by running means of gradients and of their squares, per value.
 *
 * <p>Kingma and Ba: Adam: a method for stochastic optimization, 2014, arXiv 1412.6980, algorithm 1.
 */
public final class Adam {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double FLOOR = 1e-8;

  private final LaneTensor mean;
  private final LaneTensor square;
  private int steps;

  /**
   * Call it in the scope in which the loop's state lives.
   *
   * @param lanes hold the running means
   * @param shape of a gradient, [lanes, ...]
   */
  public Adam(Lanes lanes, long... shape) {
    mean = lanes.hold(Tensor.zeros(DType.FLOAT32, shape));
    square = lanes.hold(Tensor.zeros(DType.FLOAT32, shape));
  }

  /** Takes in a gradient, and gives the step of size about 1 that goes up along it. */
  public Tensor direction(Scope turn, Tensor gradient) {
    steps++;
    mean.set(turn, mean.get().mul(BETA_1).add(gradient.mul(1 - BETA_1)));
    square.set(turn, square.get().mul(BETA_2).add(gradient.pow(2).mul(1 - BETA_2)));
    return mean.get().div(1 - Math.pow(BETA_1, steps)).div(scale());
  }

  /** The size of recent gradients, per value, above 0. */
  public Tensor scale() {
    return square.get().div(1 - Math.pow(BETA_2, steps)).sqrt().add(FLOOR);
  }
}
