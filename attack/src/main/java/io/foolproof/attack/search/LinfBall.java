package io.foolproof.attack.search;

import io.foolproof.attack.Rounding;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * Every value may change by epsilon: an interval per value, whose ends are the outermost 32-bit
 * numbers that are within epsilon in double precision. Clipping to it is exact.
 *
 * @param centre the clean images
 * @param epsilons one for each image
 */
record LinfBall(Tensor centre, double[] epsilons, Tensor low, Tensor high) implements Ball {

  static LinfBall around(Tensor images, double[] epsilons, InputSpec input) {
    float[] values = images.toFloats();
    float[] low = new float[values.length];
    float[] high = new float[values.length];
    int elements = input.elements();
    for (int i = 0; i < values.length; i++) {
      double epsilon = epsilons[i / elements];
      low[i] = Rounding.up(Math.max(input.low(), values[i] - epsilon));
      high[i] = Rounding.down(Math.min(input.high(), values[i] + epsilon));
    }
    long[] shape = images.shape();
    return new LinfBall(images, epsilons, Tensor.of(low, shape), Tensor.of(high, shape));
  }

  @Override
  public Tensor project(Tensor points) {
    return points.clamp(low, high);
  }

  @Override
  public Tensor steepest(Tensor points, Tensor gradient) {
    return gradient.sign();
  }

  /** Where the box cuts the ball, many values are on its edge, which is where attacks end. */
  @Override
  public Tensor randomBeyondBox(List<RandomStream> streams) {
    Tensor fraction =
        Draws.of(streams, low.shape(), (s, v, from, to) -> s.fillUniform(v, from, to, -1, 1));
    return centre.add(fraction.mul(Rows.column(epsilons, centre.rank())));
  }

  @Override
  public Tensor middle() {
    return low.add(high).div(2);
  }

  @Override
  public Ball rows(int[] rows) {
    return new LinfBall(
        centre.rows(rows), Rows.select(epsilons, rows), low.rows(rows), high.rows(rows));
  }
}
