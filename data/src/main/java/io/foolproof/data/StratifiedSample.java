package io.foolproof.data;

import io.foolproof.tensor.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A random sample with as many images of each class: the order of a data set, such as class by
 * class, says nothing about what is in it.
 */
final class StratifiedSample {
  private static final String PURPOSE = "samples";

  private StratifiedSample() {}

  /** The places of the images that are drawn, ascending. */
  static int[] of(ImageSet images, int count, long seed) {
    Map<Integer, List<Integer>> byClass =
        IntStream.range(0, images.size())
            .boxed()
            .collect(Collectors.groupingBy(images::label, TreeMap::new, Collectors.toList()));
    int[] drawn = new int[count];
    int filled = 0;
    List<int[]> shuffled =
        byClass.entrySet().stream()
            .map(entry -> shuffled(entry.getValue(), entry.getKey(), seed))
            .toList();
    // One of each class in turn, as long as it has any.
    for (int round = 0; filled < count; round++) {
      for (int[] places : shuffled) {
        if (round < places.length && filled < count) {
          drawn[filled++] = places[round];
        }
      }
    }
    Arrays.sort(drawn);
    return drawn;
  }

  private static int[] shuffled(List<Integer> places, int label, long seed) {
    int[] order = places.stream().mapToInt(Integer::intValue).toArray();
    return new RandomStream(seed, label, PURPOSE, 0).shuffle(order);
  }
}
