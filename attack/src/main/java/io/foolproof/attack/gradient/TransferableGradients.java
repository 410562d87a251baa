package io.foolproof.attack.gradient;

import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.PlaneMap;
import java.util.Arrays;
import java.util.List;

/**
 * Gradients at changed copies of an image, which carry over to models that answer differently.
 *
 * @param diversity how likely an image is shown smaller, at a random place
 * @param radius the width of the Gaussian that gradients are smoothed with, in pixels, is a third
 *     of this; 0 for none
 * @param scales how many scales to average over, each half as bright as the one before
 */
record TransferableGradients(double diversity, int radius, int scales) {

  /** The least side of a copy, as a fraction of the image's. */
  private static final double SMALLEST = 0.85;

  /** How many widths of the Gaussian the radius is. */
  private static final double WIDTHS = 3;

  /** Whether gradients are of anything but the image itself. */
  boolean change() {
    return diversity > 0 || scales > 1;
  }

  /** Whether images must have rows and columns. */
  boolean needPlaces() {
    return diversity > 0 || radius > 0;
  }

  /** The gradient of the goal's cross-entropy at points [lanes, C, H, W] in the caller's scope. */
  Tensor gradient(Pursuit pursuit, BallLanes lanes, Tensor points, InputSpec input) {
    if (!change()) {
      return smoothed(pursuit.gradient(lanes, points));
    }
    // What is seen is not the point itself, so that it does not count.
    BallLanes unseen = lanes.forProbing();
    Tensor sum = points.sub(points);
    for (int scale = 0; scale < scales; scale++) {
      double factor = Math.pow(2, -scale);
      Tensor variable = points.variable();
      Tensor light = variable.sub(input.low()).mul(factor);
      Tensor copy = shrunk(light, lanes.streams()).add(input.low());
      Tensor seen = copy.clamp(input.low(), input.high());
      Tensor gradient = pursuit.gradient(unseen, seen.detach());
      sum = sum.add(Gradients.of(copy.mul(gradient), variable));
    }
    return smoothed(sum.div(scales));
  }

  /** Each lane by chance shown smaller: [lanes, C, H, W], with zeros around. */
  private Tensor shrunk(Tensor images, List<RandomStream> streams) {
    if (diversity == 0) {
      return images;
    }
    return PlaneMap.resample(images, streams.stream().map(this::shrinking).toList());
  }

  private PlaneMap shrinking(RandomStream stream) {
    if (stream.nextDouble() >= diversity) {
      return PlaneMap.IDENTITY;
    }
    double size = SMALLEST + (1 - SMALLEST) * stream.nextDouble();
    double right = (2 * stream.nextDouble() - 1) * (1 - size);
    double down = (2 * stream.nextDouble() - 1) * (1 - size);
    return PlaneMap.scaling(size).then(PlaneMap.affine(1, 0, -right, 0, 1, -down));
  }

  /** Convolved with a Gaussian, rows and columns in turn; with zeros around. */
  private Tensor smoothed(Tensor gradient) {
    if (radius == 0) {
      return gradient;
    }
    double[] kernel = new double[2 * radius + 1];
    for (int i = 0; i < kernel.length; i++) {
      double away = WIDTHS * (i - radius) / radius;
      kernel[i] = Math.exp(-away * away / 2);
    }
    double total = Arrays.stream(kernel).sum();
    Tensor result = gradient;
    for (int dim = 2; dim < 4; dim++) {
      long[] amounts = dim == 2 ? new long[] {0, 0, radius, radius} : new long[] {radius, radius};
      Tensor padded = Nn.pad(result, amounts, Nn.PadMode.CONSTANT, 0);
      Tensor sum = gradient.sub(gradient);
      for (int i = 0; i < kernel.length; i++) {
        Tensor shifted = padded.slice(dim, i, i + gradient.size(dim), 1);
        sum = sum.add(shifted.mul(kernel[i] / total));
      }
      result = sum;
    }
    return result;
  }
}
