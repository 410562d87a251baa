package io.foolproof.attack;

import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Labelled images that an attack may use besides the one that it attacks: to start from, where all
 * noise looks the same to a model and only images of other classes do not, or to learn from. A part
 * of the attack, not of the batch, so that what is found for a sample does not depend on its
 * neighbours.
 *
 * @param images in the model's box
 * @param labels their classes
 */
public record ImagePool(float[][] images, int[] labels) {
  /** No images: attacks start from noise alone, and learn nothing. */
  public static final ImagePool NONE = new ImagePool(new float[0][], new int[0]);

  /**
   * Checks that each image has a label.
   *
   * @throws InvalidInputException when there are more of one than of the other
   */
  public ImagePool {
    if (images.length != labels.length) {
      throw new InvalidInputException(
          "a pool of images has "
              + images.length
              + " images and "
              + labels.length
              + " labels: give one label an image");
    }
  }

  /** The images at some places of a set. */
  public static ImagePool of(ImageSet images, int[] places) {
    return new ImagePool(
        IntStream.of(places).mapToObj(images::pixels).toArray(float[][]::new),
        IntStream.of(places).map(images::label).toArray());
  }

  /** The first images of each class. */
  public static ImagePool ofEachClass(ImageSet images, int most) {
    int[] taken = new int[images.classes()];
    return of(
        images,
        IntStream.range(0, images.size())
            .filter(place -> taken[images.label(place)]++ < most)
            .toArray());
  }

  /** The images that may be adversarial for a sample by their labels, the nearest first. */
  public float[][] nearest(float[] image, int label, Goal goal, int most) {
    record Candidate(float[] image, double distance) {}
    return IntStream.range(0, images.length)
        .filter(i -> goal.isReachedBy(labels[i], label))
        .mapToObj(i -> new Candidate(images[i], Distances.between(images[i], image).l2()))
        .sorted(Comparator.comparingDouble(Candidate::distance))
        .limit(most)
        .map(Candidate::image)
        .toArray(float[][]::new);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePool that
        && Arrays.deepEquals(images, that.images)
        && Arrays.equals(labels, that.labels);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.deepHashCode(images) + Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return images.length + " images";
  }
}
