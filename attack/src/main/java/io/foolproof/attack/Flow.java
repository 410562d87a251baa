package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import java.util.Arrays;

/**
 * Where each pixel of a bent image comes from: a vector a pixel, which leads from its own place to
 * the place in the clean image that it is read from, in pixels.
 *
 * <p>As in Xiao, Zhu, Li, He, Liu, Song: Spatially transformed adversarial examples, 2018, arXiv
 * 1801.02612, equation 1. Bending is computed in double precision and rounded once, so that it
 * gives the same image, to the last bit, wherever it is done again.
 *
 * @param height rows of pixels
 * @param width pixels in a row
 * @param across how far to the right, row by row
 * @param down how far down, row by row
 */
public record Flow(int height, int width, float[] across, float[] down) {

  /** Checks that there is a vector for each pixel. */
  public Flow {
    if (across.length != height * width || down.length != height * width) {
      throw new IllegalArgumentException(
          "a flow of "
              + across.length
              + " and "
              + down.length
              + " values for "
              + height
              + " x "
              + width
              + " pixels");
    }
  }

  /** From the values of a tensor [2, height, width], across first. */
  public static Flow of(PixelGrid grid, float[] values) {
    int plane = grid.height() * grid.width();
    return new Flow(
        grid.height(),
        grid.width(),
        Arrays.copyOf(values, plane),
        Arrays.copyOfRange(values, plane, 2 * plane));
  }

  /** How far the pixel moves that moves farthest: a Euclidean length, in pixels. */
  public double length() {
    double longest = 0;
    for (int i = 0; i < across.length; i++) {
      longest = Math.max(longest, length(across[i], down[i]));
    }
    return longest;
  }

  private static double length(double across, double down) {
    return Math.sqrt(across * across + down * down);
  }

  /** The flow with each vector that is longer than epsilon shortened to it. */
  public Flow within(double epsilon) {
    float[] shorterAcross = across.clone();
    float[] shorterDown = down.clone();
    for (int i = 0; i < across.length; i++) {
      double length = length(across[i], down[i]);
      if (!(length <= epsilon)) {
        // A little shorter, since rounding to 32 bits may lengthen it again.
        double share = epsilon / length * (1 - 1e-6);
        shorterAcross[i] = (float) (across[i] * share);
        shorterDown[i] = (float) (down[i] * share);
        if (!(length(shorterAcross[i], shorterDown[i]) <= epsilon)) {
          shorterAcross[i] = 0;
          shorterDown[i] = 0;
        }
      }
    }
    return new Flow(height, width, shorterAcross, shorterDown);
  }

  /**
   * An image bent by this flow: each pixel is read where its vector leads, between four pixels
   * bilinearly. Outside the image all is at the low end of the box.
   *
   * @param image its values, channel by channel, row by row
   * @param input whose box the image is in
   */
  public float[] bend(float[] image, InputSpec input) {
    float low = Rounding.up(input.low());
    float high = Rounding.down(input.high());
    int plane = height * width;
    float[] bent = new float[image.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int pixel = row * width + column;
        // Beyond the next pixel outside, all is the same.
        double y = Math.max(-1, Math.min(height, row + (double) down[pixel]));
        double x = Math.max(-1, Math.min(width, column + (double) across[pixel]));
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double below = y - top;
        double beyond = x - left;
        for (int channel = 0; channel < image.length / plane; channel++) {
          int at = channel * plane;
          double upper =
              (1 - beyond) * value(image, at, top, left, low)
                  + beyond * value(image, at, top, left + 1, low);
          double lower =
              (1 - beyond) * value(image, at, top + 1, left, low)
                  + beyond * value(image, at, top + 1, left + 1, low);
          float mixed = (float) ((1 - below) * upper + below * lower);
          bent[at + pixel] = Math.max(low, Math.min(high, mixed));
        }
      }
    }
    return bent;
  }

  private double value(float[] image, int at, int row, int column, float outside) {
    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? image[at + row * width + column] : outside;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Flow that
        && height == that.height
        && width == that.width
        && Arrays.equals(across, that.across)
        && Arrays.equals(down, that.down);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(across) + Arrays.hashCode(down);
  }

  @Override
  public String toString() {
    return "a flow over " + height + " x " + width + " pixels, by up to " + length();
  }
}
