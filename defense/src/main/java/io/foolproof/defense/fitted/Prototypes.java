package io.foolproof.defense.fitted;

import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images that others are compared with, sorted by class.
 *
 * @param pixels of each
 * @param perClass how many there are of each class
 */
record Prototypes(float[][] pixels, int[] perClass) {

  /** All images of a set. */
  static Prototypes all(ImageSet images) {
    return drawn(images, images.size(), 0);
  }

  /**
   * How many classes a set has.
   *
   * @throws InvalidInputException when one of them has no image
   */
  static int requireAllClasses(ImageSet images) {
    return drawn(images, images.classes(), 0).size();
  }

  /**
   * Some images of a set: of each class as many, or all where there are fewer.
   *
   * @param count of all classes together
   * @throws InvalidInputException when a class has no image
   */
  static Prototypes drawn(ImageSet images, int count, long seed) {
    int classes = images.classes();
    int most = Math.max(1, count / classes);
    List<float[]> pixels = new ArrayList<>();
    int[] perClass = new int[classes];
    for (int label = 0; label < classes; label++) {
      int wanted = label;
      int[] members =
          IntStream.range(0, images.size()).filter(i -> images.label(i) == wanted).toArray();
      if (members.length == 0) {
        throw new InvalidInputException(
            "%s has no image of class %s: give at least one of each class"
                .formatted(images.name(), images.classNames().get(label)));
      }
      int[] order = new RandomStream(seed, label, "prototypes", 0).shuffle(members);
      perClass[label] = count >= images.size() ? members.length : Math.min(most, members.length);
      for (int i : Arrays.copyOf(order, perClass[label])) {
        pixels.add(images.pixels(i));
      }
    }
    return new Prototypes(pixels.toArray(float[][]::new), perClass);
  }

  int size() {
    return pixels.length;
  }

  int dimension() {
    return pixels[0].length;
  }

  /**
   * Of each class the mean of its k largest values.
   *
   * @param values one for each prototype, in their order: [N, prototypes]
   * @return [N, classes]
   */
  String bestOfEachClass(OnnxGraph graph, String values, int k) {
    OnnxWriter writer = graph.writer();
    List<String> parts = writer.split(values, 1, IntStream.of(perClass).asLongStream().toArray());
    List<String> best = new ArrayList<>();
    for (int label = 0; label < perClass.length; label++) {
      int taken = Math.min(k, perClass[label]);
      best.add(
          taken > 1
              ? writer.mean(writer.largest(parts.get(label), 1, taken), 1)
              : writer.max(parts.get(label), 1));
    }
    return writer.concat(1, best);
  }
}
