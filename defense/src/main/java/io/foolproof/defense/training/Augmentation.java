package io.foolproof.defense.training;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.PlaneMap;
import java.util.List;

/**
 * Small random changes of training images that leave their class alone: rotation, scale and shift,
 * read back bilinearly.
 *
 * @param degrees the largest rotation, either way
 * @param scale the largest change of size, as a fraction
 * @param shift the largest shift, as a fraction of the image's size
 * @param wholePixels whether shifts are by whole pixels, so that none is mixed with its neighbours
 */
public record Augmentation(double degrees, double scale, double shift, boolean wholePixels) {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, 0, 0, false);

  /** Shifts by whole pixels, up to two of 28: greys, which L-inf changes most, stay as rare. */
  public static final Augmentation SHIFTS = new Augmentation(0, 0, 0.08, true);

  /** Enough to teach a digit classifier that digits are not always upright and centred. */
  public static final Augmentation LIGHT = new Augmentation(10, 0.1, 0.07, false);

  /** Changes images [N, C, H, W], each with random numbers of its own. */
  Tensor apply(Tensor images, List<RandomStream> streams) {
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
    double wanted = shift * symmetric(stream) * Math.max(1, size - 1);
    return wholePixels ? Math.rint(wanted) : wanted;
  }

  private static double symmetric(RandomStream stream) {
    return 2 * stream.nextDouble() - 1;
  }
}
