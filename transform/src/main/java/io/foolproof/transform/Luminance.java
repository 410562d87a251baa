package io.foolproof.transform;

/** How light pixels are, of images of one channel or of red, green and blue. */
final class Luminance {
  /** Of red, green and blue: ITU-R BT.601. */
  private static final double[] WEIGHTS = {0.299, 0.587, 0.114};

  private Luminance() {}

  /**
   * The luminance of each pixel: of three channels weighted, of any other number their mean.
   *
   * @param image channel by channel
   * @param pixels of a channel
   */
  static double[] of(double[] image, int pixels) {
    int channels = image.length / pixels;
    double[] luminance = new double[pixels];
    for (int channel = 0; channel < channels; channel++) {
      double weight = channels == WEIGHTS.length ? WEIGHTS[channel] : 1.0 / channels;
      for (int i = 0; i < pixels; i++) {
        luminance[i] += weight * image[channel * pixels + i];
      }
    }
    return luminance;
  }
}
