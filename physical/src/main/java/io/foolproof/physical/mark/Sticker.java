package io.foolproof.physical.mark;

import io.foolproof.data.ImageShape;
import io.foolproof.physical.patch.Looks;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Any pixels inside a mask; those outside stay as they are. The numbers of a mark are its pixels,
 * channel by channel.
 *
 * <p>Eykholt, Evtimov, Fernandes, Li, Rahmati, Xiao, Prakash, Kohno, Song: Robust physical-world
 * attacks on deep learning models, 2017, arXiv 1707.08945, equation 3, without its penalty on the
 * length of the change, since what is inside the mask may be anything.
 *
 * @param mask the pixels that may change
 * @param looks what it costs to be uneven, or of colours that cannot be printed
 */
public record Sticker(Mask mask, Looks looks) implements Marking {

  @Override
  public void requireFits(ImageShape shape) {
    if (mask.height() != shape.height() || mask.width() != shape.width()) {
      throw new InvalidInputException(
          "the mask is of %d x %d pixels, the images of %d x %d: give a mask of their size"
              .formatted(mask.height(), mask.width(), shape.height(), shape.width()));
    }
    looks.requireFits(shape.channels());
  }

  @Override
  public double[] random(ImageShape shape, RandomStream random) {
    double[] mark = new double[shape.channels() * mask.pixels().length];
    Arrays.setAll(mark, k -> random.nextDouble());
    return mark;
  }

  @Override
  public float[] on(float[] image, double[] mark, ImageShape shape) {
    float[] marked = image.clone();
    int[] pixels = mask.pixels();
    int plane = shape.height() * shape.width();
    for (int k = 0; k < mark.length; k++) {
      marked[k / pixels.length * plane + pixels[k % pixels.length]] = (float) mark[k];
    }
    return marked;
  }

  @Override
  public double[] gradient(double[] mark, float[] image, double[] byPixel, ImageShape shape) {
    int[] pixels = mask.pixels();
    int plane = shape.height() * shape.width();
    double[] cost = new double[byPixel.length];
    looks.addGradient(on(image, mark, shape), shape, cost);
    double[] gradient = new double[mark.length];
    for (int k = 0; k < mark.length; k++) {
      int j = k / pixels.length * plane + pixels[k % pixels.length];
      gradient[k] = byPixel[j] - cost[j];
    }
    return gradient;
  }

  @Override
  public void confine(double[] mark, ImageShape shape) {
    for (int k = 0; k < mark.length; k++) {
      mark[k] = Math.max(0, Math.min(1, mark[k]));
    }
  }

  @Override
  public double step() {
    return 0.1;
  }

  /** A pixel's channels stay together. */
  @Override
  public double[] scrambled(double[] mark, ImageShape shape, RandomStream random) {
    int count = mask.pixels().length;
    int[] order = random.shuffle(IntStream.range(0, count).toArray());
    double[] moved = new double[mark.length];
    Arrays.setAll(moved, k -> mark[k / count * count + order[k % count]]);
    return moved;
  }

  @Override
  public String noun() {
    return "Stickers";
  }

  @Override
  public String settings() {
    return "sticker:mask=" + mask + looks.settings();
  }
}
