package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes labelled images of two arrays.
 *
 * <p>Images are {@code [N, H, W]}; {@code [N, C, H, W]} or {@code [N, H, W, C]} with 1 or 3
 * channels, the former where both are possible; or {@code [N, d]}, a square image if {@code d} is a
 * square and one row otherwise. Fractions are pixels in [0, 1], whole numbers are levels of 0 to
 * 255, and booleans are black and white. Labels are whole numbers, {@code [N]} or {@code [N, 1]}.
 */
final class ArrayImages {
  private static final int HIGHEST_LEVEL = 255;

  /** What single precision loses of a level in another range. */
  private static final double LEVEL_ROUNDING = 1e-3;

  private ArrayImages() {}

  /** How the images lie in the array. */
  private record Layout(ImageShape shape, boolean channelsLast) {

    /** Where the pixel at place {@code k} of an image, in C, H, W order, is within the image. */
    int source(int k) {
      if (!channelsLast) {
        return k;
      }
      int plane = shape.height() * shape.width();
      return k % plane * shape.channels() + k / plane;
    }
  }

  /**
   * Makes the set.
   *
   * @param imagesFrom what to call the images in messages
   * @param labelsFrom what to call the labels in messages
   */
  static ImageSet of(
      String name,
      NpyArray images,
      String imagesFrom,
      NpyArray labels,
      String labelsFrom,
      Reading reading) {
    Layout layout = layout(images.shape(), imagesFrom);
    int[] classes = labels(labels, labelsFrom);
    if (classes.length != images.shape()[0]) {
      throw new InvalidInputException(
          "%s: there are %,d images, but %,d labels in %s; expected one label per image"
              .formatted(imagesFrom, images.shape()[0], classes.length, labelsFrom));
    }
    PixelStore store = store(images, layout, imagesFrom, reading.range());
    store.requireInBox(imagesFrom, layout.shape().pixels());
    ImageSet set =
        new ImageSet(
            name, layout.shape(), store, classes, Labels.numberedClasses(classes, labelsFrom));
    List<String> names = reading.classNames();
    return names == null ? set : set.withAllClasses(names);
  }

  private static PixelStore store(
      NpyArray images, Layout layout, String where, @Nullable PixelRange range) {
    if (range == null) {
      return images.type().real()
          ? PixelStore.Reals.of(reals(images, layout, PixelRange.UNIT))
          : levels(images, layout, where);
    }
    range.requireFits(layout.shape(), where);
    float[] pixels = reals(images, layout, range);
    byte[] levels = levels(pixels);
    return levels == null ? PixelStore.Reals.of(pixels) : new PixelStore.Levels(levels);
  }

  /** The 8-bit levels that the pixels were made from; null where one is none. */
  private static byte @Nullable [] levels(float[] pixels) {
    byte[] levels = new byte[pixels.length];
    for (int i = 0; i < levels.length; i++) {
      double level = (double) pixels[i] * HIGHEST_LEVEL;
      double nearest = Math.rint(level);
      if (!(Math.abs(level - nearest) <= LEVEL_ROUNDING)
          || nearest < 0
          || nearest > HIGHEST_LEVEL) {
        return null;
      }
      levels[i] = (byte) nearest;
    }
    return levels;
  }

  private static Layout layout(int[] sizes, String where) {
    if (sizes.length < 2 || sizes.length > 4 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw unusable(sizes, where);
    }
    return switch (sizes.length) {
      case 2 -> {
        int side = (int) Math.sqrt(sizes[1]);
        yield side * side == sizes[1]
            ? new Layout(ImageShape.of(1, side, side, where), false)
            : new Layout(ImageShape.of(1, 1, sizes[1], where), false);
      }
      case 3 -> new Layout(ImageShape.of(1, sizes[1], sizes[2], where), false);
      default -> {
        if (isChannels(sizes[1])) {
          yield new Layout(ImageShape.of(sizes[1], sizes[2], sizes[3], where), false);
        }
        if (isChannels(sizes[3])) {
          yield new Layout(ImageShape.of(sizes[3], sizes[1], sizes[2], where), true);
        }
        throw unusable(sizes, where);
      }
    };
  }

  private static boolean isChannels(int size) {
    return size == 1 || size == 3;
  }

  private static InvalidInputException unusable(int[] sizes, String where) {
    return new InvalidInputException(
        "%s: images of shape %s, expected [N, H, W], [N, C, H, W] or [N, H, W, C] with 1 or 3 channels, or [N, d], all at least 1"
            .formatted(where, Arrays.toString(sizes)));
  }

  private static float[] reals(NpyArray images, Layout layout, PixelRange range) {
    int plane = layout.shape().height() * layout.shape().width();
    float[] pixels = new float[images.size()];
    int perImage = layout.shape().pixels();
    for (int to = 0; to < pixels.length; to++) {
      int k = to % perImage;
      pixels[to] = range.pixel(images.real(to - k + layout.source(k)), k / plane);
    }
    return pixels;
  }

  private static PixelStore levels(NpyArray images, Layout layout, String where) {
    byte[] levels = new byte[images.size()];
    int perImage = layout.shape().pixels();
    long highest = 0;
    for (int to = 0; to < levels.length; to++) {
      int k = to % perImage;
      long level = images.integer(to - k + layout.source(k));
      if (level < 0 || level > HIGHEST_LEVEL) {
        throw new InvalidInputException(
            "%s: image %d has the level %d, expected 0 to 255 for whole numbers"
                .formatted(where, to / perImage, level));
      }
      highest = Math.max(highest, level);
      levels[to] = (byte) (images.type() == NpyArray.Type.BOOL ? HIGHEST_LEVEL * level : level);
    }
    if (images.type() != NpyArray.Type.BOOL && highest == 1) {
      throw new InvalidInputException(
          where
              + ": all pixels are 0 or 1 as whole numbers, which would be nearly black (levels go to 255); save them as bool or float32");
    }
    return new PixelStore.Levels(levels);
  }

  /** Labels {@code [N]} or {@code [N, 1]}. */
  static int[] labels(NpyArray array, String where) {
    int[] sizes = array.shape();
    boolean column = sizes.length == 2 && sizes[1] == 1;
    if (array.type().real() || !(sizes.length == 1 || column)) {
      throw new InvalidInputException(
          "%s: labels of type %s and shape %s, expected whole numbers of shape [N] (for one-hot labels, save their argmax)"
              .formatted(where, array.type().descr(), Arrays.toString(sizes)));
    }
    int[] labels = new int[array.size()];
    for (int i = 0; i < labels.length; i++) {
      long label = array.integer(i);
      if (label != (int) label) {
        throw new InvalidInputException(
            "%s: label %d is %d, expected a small whole number".formatted(where, i, label));
      }
      labels[i] = (int) label;
    }
    return labels;
  }
}
