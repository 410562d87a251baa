package io.foolproof.physical.sheet;

import io.foolproof.data.EightBit;
import io.foolproof.data.ImageShape;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Images before and after an attack, as {@code foolproof attack} writes them: the arrays {@code
 * images}, {@code clean}, {@code labels}, {@code indices} and {@code box} of {@value #FILE}, and
 * {@code target} where the attack had one.
 *
 * @param shape of each
 * @param target the class that they are to be taken for; null for any wrong one
 * @param pairs by the image's index in its data set
 */
public record AttackedImages(ImageShape shape, @Nullable Integer target, Map<Long, Pair> pairs) {
  /** The array with the class that the images are to be taken for. */
  public static final String TARGET = "target";

  private static final long MOST_CLASSES = 1L << 20;

  /** What the file is called. */
  public static final String FILE = "adversarial.npz";

  /**
   * An image in 8-bit levels, before and after.
   *
   * @param index in its data set
   * @param label its class
   */
  public record Pair(long index, int label, int[] clean, int[] adversarial) {}

  /** Copies the map, in its order. */
  public AttackedImages {
    pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
  }

  /**
   * Reads a folder that {@code foolproof attack --out} wrote, or the file in it.
   *
   * @throws InvalidInputException if there is no such file, or nothing was fooled
   */
  public static AttackedImages read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(FILE) : path;
    if (!Files.exists(file)) {
      throw new InvalidInputException(
          file
              + ": there is no such file: give the folder that 'foolproof attack --out' wrote"
              + " ('foolproof audit' keeps no images)");
    }
    Map<String, NpyArray> arrays;
    try {
      arrays = Npz.read(file);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "%s: is no .npz file of adversarial images, or a damaged one: give what 'foolproof attack --out' wrote"
              .formatted(file),
          e);
    }
    for (String name : List.of("images", "clean", "labels", "indices", "box")) {
      if (!arrays.containsKey(name)) {
        throw new InvalidInputException(
            "%s: has no array '%s' (found: %s): write it with this release's 'foolproof attack'"
                .formatted(file, name, String.join(", ", arrays.keySet())));
      }
    }
    return of(arrays, file);
  }

  private static AttackedImages of(Map<String, NpyArray> arrays, Path file) {
    NpyArray images = get(arrays, "images");
    NpyArray clean = get(arrays, "clean");
    NpyArray labels = get(arrays, "labels");
    NpyArray indices = get(arrays, "indices");
    NpyArray box = get(arrays, "box");
    int[] shape = images.shape();
    boolean fits =
        shape.length == 4
            && Arrays.equals(shape, clean.shape())
            && labels.size() == shape[0]
            && indices.size() == shape[0]
            && box.size() == 2;
    if (!fits) {
      throw new InvalidInputException(
          "%s: its arrays do not fit: images %s, clean %s, %d labels, %d indices, box of %d numbers"
              .formatted(
                  file,
                  Arrays.toString(shape),
                  Arrays.toString(clean.shape()),
                  labels.size(),
                  indices.size(),
                  box.size()));
    }
    if (shape[0] == 0) {
      throw new InvalidInputException(
          file
              + ": no image was fooled, so that there is nothing to print: attack more images, or"
              + " with a larger epsilon");
    }
    if (!(box.real(0) < box.real(1)) || Double.isInfinite(box.real(1) - box.real(0))) {
      throw new InvalidInputException(
          "%s: its box is from %s to %s, expected the values of black and white, such as 0 and 1"
              .formatted(file, box.real(0), box.real(1)));
    }
    ImageShape one = new ImageShape(shape[1], shape[2], shape[3]);
    Map<Long, Pair> pairs = new LinkedHashMap<>();
    for (int i = 0; i < shape[0]; i++) {
      long index = whole(indices, i, "indices", Long.MAX_VALUE, file);
      Pair pair =
          new Pair(
              index,
              (int) whole(labels, i, "labels", MOST_CLASSES, file),
              levels(clean, i, one.pixels(), box, file),
              levels(images, i, one.pixels(), box, file));
      if (pairs.put(index, pair) != null) {
        throw new InvalidInputException(
            "%s: has two images of index %d, expected one of each".formatted(file, index));
      }
    }
    NpyArray target = arrays.get(TARGET);
    return new AttackedImages(
        one,
        target == null ? null : (Integer) (int) whole(target, 0, TARGET, MOST_CLASSES, file),
        pairs);
  }

  /** One of an array's whole numbers, from 0. */
  private static long whole(NpyArray array, int place, String name, long most, Path file) {
    double value = place < array.size() ? array.real(place) : Double.NaN;
    if (!(value >= 0 && value <= most) || value != Math.rint(value)) {
      throw new InvalidInputException(
          "%s: %s: the number at place %d is %s, expected a whole number from 0%s"
              .formatted(file, name, place, value, most == Long.MAX_VALUE ? "" : " to " + most));
    }
    return (long) value;
  }

  private static NpyArray get(Map<String, NpyArray> arrays, String name) {
    return Objects.requireNonNull(arrays.get(name), name);
  }

  /** The nearest of 256 levels from one end of the model's box to the other. */
  private static int[] levels(NpyArray images, int image, int pixels, NpyArray box, Path file) {
    double low = box.real(0);
    double span = box.real(1) - low;
    float[] unit = new float[pixels];
    for (int j = 0; j < pixels; j++) {
      double value = (images.real(image * pixels + j) - low) / span;
      if (!(value >= 0 && value <= 1)) {
        throw new InvalidInputException(
            "%s: pixel %d of image %d is %s, expected values from %s to %s: write the file again"
                .formatted(file, j, image, images.real(image * pixels + j), low, box.real(1)));
      }
      unit[j] = (float) value;
    }
    return EightBit.levels(unit);
  }

  /** The pairs in their order. */
  List<Pair> all() {
    return new ArrayList<>(pairs.values());
  }
}
