package io.foolproof.defense.fitted;

import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    long[] sizes = IntStream.of(perClass).asLongStream().toArray();
    List<String> parts =
        graph.nodes("Split", sizes.length, Map.of("axis", 1L), values, graph.wholeNumbers(sizes));
    List<String> best = new ArrayList<>();
    for (int label = 0; label < perClass.length; label++) {
      String some = parts.get(label);
      int taken = Math.min(k, perClass[label]);
      if (taken > 1) {
        some = graph.nodes("TopK", 2, Map.of("axis", 1L), some, graph.wholeNumbers(taken)).get(0);
        best.add(graph.node("ReduceMean", AXIS, some));
      } else {
        best.add(graph.node("ReduceMax", AXIS, some));
      }
    }
    return graph.node("Concat", Map.of("axis", 1L), best.toArray(String[]::new));
  }

  private static final Map<String, Object> AXIS = Map.of("axes", new long[] {1}, "keepdims", 1L);
}
