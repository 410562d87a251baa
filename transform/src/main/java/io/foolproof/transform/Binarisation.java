package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * Makes each pixel black or white, by the threshold that tells an image's dark and light pixels
 * best apart. Of colour images the luminance decides. Gradients pass through as if nothing changed.
 *
 * <p>Otsu: A threshold selection method from gray-level histograms, 1979.
 */
public record Binarisation() implements Transformation {
  private static final int LEVELS = 256;

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    return Pixelwise.straightThrough(
        images,
        (image, height, width) -> {
          double[] luminance = Luminance.of(image, height * width);
          int threshold = threshold(luminance);
          for (int i = 0; i < image.length; i++) {
            image[i] = level(luminance[i % luminance.length]) > threshold ? 1 : 0;
          }
        });
  }

  private static int level(double value) {
    return (int) Math.max(0, Math.min(LEVELS - 1, Math.round(value * (LEVELS - 1))));
  }

  /** The last level of the dark class, where the variance between the classes is largest. */
  private static int threshold(double[] pixels) {
    long[] histogram = new long[LEVELS];
    long sum = 0;
    for (double pixel : pixels) {
      histogram[level(pixel)]++;
      sum += level(pixel);
    }
    long below = 0;
    long sumBelow = 0;
    double best = -1;
    int threshold = LEVELS / 2;
    for (int level = 0; level < LEVELS - 1; level++) {
      below += histogram[level];
      sumBelow += level * histogram[level];
      long above = pixels.length - below;
      if (below > 0 && above > 0) {
        double apart = (double) sumBelow / below - (double) (sum - sumBelow) / above;
        double between = (double) below * above * apart * apart;
        if (between > best) {
          best = between;
          threshold = level;
        }
      }
    }
    return threshold;
  }
}
