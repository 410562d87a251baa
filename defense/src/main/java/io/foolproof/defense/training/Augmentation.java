package io.foolproof.defense.training;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.PlaneMap;
import java.util.List;

/**
 * Small random changes of training images that leave their class alone: rotation, scale and shift,
 * read back bilinearly, then noise.
 *
 * @param degrees the largest rotation, either way
 * @param scale the largest change of size, as a fraction
 * @param shift the largest shift, as a fraction of the image's size
 * @param noise the standard deviation of normal noise that is added to every pixel and not clipped,
 *     in units of the pixels; 0 for none. Classifiers that are to be smoothed are trained so:
 *     Cohen, Rosenfeld, Kolter, 2019, arXiv 1902.02918, section 3.3.
 */
public record Augmentation(double degrees, double scale, double shift, double noise) {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, 0, 0, 0);

  /**
   * Enough to teach a digit classifier that digits are not always upright and centred. Read
   * bilinearly, images have more greys than before, which L-inf changes most: a net that is trained
   * against it has more to withstand than in images as they are.
   */
  public static final Augmentation LIGHT = new Augmentation(10, 0.1, 0.07, 0);

  /** Checks the noise. */
  public Augmentation {
    if (!(noise >= 0 && noise <= 1)) {
      throw new InvalidInputException(
          "noise in training has the standard deviation %s: give a number from 0 to 1, in units of pixels from 0 to 1, such as 0.25"
                  .formatted(noise)
              + (noise > 1 && noise <= 255
                  ? "; for levels of 8 bits write it as a fraction, such as "
                      + Math.round(noise)
                      + "/255"
                  : ""));
    }
  }

  /** The same with noise of this standard deviation. */
  public Augmentation withNoise(double sigma) {
    return new Augmentation(degrees, scale, shift, sigma);
  }

  /** Whether images are moved. */
  boolean moves() {
    return degrees != 0 || scale != 0 || shift != 0;
  }

  /**
   * Adds noise to images, in whatever shape, each with random numbers of its own.
   *
   * @param images [N, ...]
   */
  Tensor noisy(Tensor images, List<RandomStream> streams) {
    if (noise == 0) {
      return images;
    }
    int pixels = Math.toIntExact(images.elements() / images.size(0));
    float[] drawn = new float[streams.size() * pixels];
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).fillGaussian(drawn, i * pixels, (i + 1) * pixels);
    }
    return images.add(Tensor.of(drawn, images.shape()).mul(noise));
  }

  /** Moves images [N, C, H, W], each with random numbers of its own. */
  Tensor moved(Tensor images, List<RandomStream> streams) {
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    return PlaneMap.resample(
        images, streams.stream().map(stream -> map(stream, height, width)).toList());
  }

  private PlaneMap map(RandomStream stream, int height, int width) {
    double angle = Math.toRadians(degrees) * symmetric(stream);
    double size = 1 + scale * symmetric(stream);
    double left = pixels(stream, width);
    double up = pixels(stream, height);
    return PlaneMap.shift(-left, -up, height, width)
        .then(PlaneMap.rotation(angle, height, width))
        .then(PlaneMap.scaling(size));
  }

  /** A shift along a side of so many pixels. */
  private double pixels(RandomStream stream, int size) {
    return shift * symmetric(stream) * Math.max(1, size - 1);
  }

  private static double symmetric(RandomStream stream) {
    return 2 * stream.nextDouble() - 1;
  }
}
