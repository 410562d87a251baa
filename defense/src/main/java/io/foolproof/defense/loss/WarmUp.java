package io.foolproof.defense.loss;

import io.foolproof.defense.bound.BoundedValues;
import io.foolproof.defense.bound.Interval;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * What is added to a loss of bounds while epsilon grows: that the intervals of hidden layers are at
 * most 1 / tau times as long as those of the images, and that rectifiers that are always active and
 * such that never are balance.
 *
 * <p>Shi, Wang, Zhang, Yi, Hsieh: Fast certified robust training with short warmup, 2021, arXiv
 * 2103.17268, equations 8 to 11; as in the authors' code its weight falls to 0 as epsilon grows.
 * Means are over the images at hand.
 *
 * @param lambda the weight at the beginning
 */
public record WarmUp(double lambda) {
  private static final double TAU = 0.5;
  private static final double FLOOR = 1e-12;

  /** One number, 0 once epsilon is at its largest. */
  Tensor of(BoundedValues values, double grown) {
    Tensor images = values.images().low();
    Tensor sum = Tensor.zeros(images.dtype());
    List<Interval> layers = values.rectified();
    if (grown >= 1 || lambda == 0 || layers.isEmpty()) {
      return sum;
    }
    Tensor first = length(values.images());
    for (Interval layer : layers) {
      sum = sum.add(lacking(first.div(floored(length(layer))))).add(balance(layer));
    }
    return sum.mul(lambda * (1 - grown) / layers.size());
  }

  private static Tensor length(Interval interval) {
    return interval.high().sub(interval.low()).mean();
  }

  /** Of rectifiers that are always active, and never, how far centres and their variance match. */
  private static Tensor balance(Interval layer) {
    Tensor centre = layer.low().add(layer.high()).mul(0.5);
    Tensor active = layer.low().neg().lt(0).to(centre.dtype());
    Tensor inactive = layer.high().lt(0).to(centre.dtype());
    Tensor spread = centre.sub(centre.mean()).pow(2);
    Tensor means = ratio(centre.mul(active).mean(), centre.mul(inactive).mean().neg());
    Tensor variances = ratio(spread.mul(active).mean(), spread.mul(inactive).mean());
    return lacking(means).add(lacking(variances));
  }

  /** The smaller of a / b and b / a. */
  private static Tensor ratio(Tensor a, Tensor b) {
    return a.minimum(b).div(floored(a.maximum(b)));
  }

  private static Tensor lacking(Tensor ratio) {
    return ratio.neg().add(TAU).relu().div(TAU);
  }

  private static Tensor floored(Tensor value) {
    return value.clamp(FLOOR, Double.POSITIVE_INFINITY);
  }
}
