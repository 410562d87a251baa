package io.foolproof.defense.training;

import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
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
    float[] grid = new float[streams.size() * height * width * 2];
    int at = 0;
    for (RandomStream stream : streams) {
      double angle = Math.toRadians(degrees) * symmetric(stream);
      double size = 1 + scale * symmetric(stream);
      double moveX = move(stream, width);
      double moveY = move(stream, height);
      double cos = Math.cos(angle) / size;
      double sin = Math.sin(angle) / size;
      for (int row = 0; row < height; row++) {
        double y = position(row, height);
        for (int column = 0; column < width; column++) {
          double x = position(column, width);
          grid[at++] = (float) (cos * x - sin * y + moveX);
          grid[at++] = (float) (sin * x + cos * y + moveY);
        }
      }
    }
    return Nn.gridSample(images, Tensor.of(grid, streams.size(), height, width, 2));
  }

  /** A shift along a side of this many pixels, where -1 and 1 are its ends. */
  private double move(RandomStream stream, int size) {
    double wanted = 2 * shift * symmetric(stream);
    double pixel = 2.0 / Math.max(1, size - 1);
    return wholePixels ? pixel * Math.rint(wanted / pixel) : wanted;
  }

  private static double symmetric(RandomStream stream) {
    return 2 * stream.nextDouble() - 1;
  }

  /** The centre of a pixel in [-1, 1], the centres of the outermost pixels being the ends. */
  private static double position(int pixel, int size) {
    return size == 1 ? 0 : 2.0 * pixel / (size - 1) - 1;
  }
}
