package io.foolproof.defense;

import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How often a classifier is right. */
public final class Accuracy {
  private Accuracy() {}

  /** The fraction of images whose largest logit is that of their label, in [0, 1]. */
  public static double of(Classifier model, ImageSet images, Workers workers) {
    List<Integer> right =
        workers.map(
            images.size(),
            Workers.MICRO_BATCH,
            (from, to) -> {
              int[] places = IntStream.range(from, to).toArray();
              long[] shape = model.input().batchShape(places.length);
              Tensor batch = images.tensor(places).reshape(shape);
              long[] predictions = model.logits(batch).argmax(1).toLongs();
              return (int)
                  IntStream.range(from, to)
                      .filter(i -> predictions[i - from] == images.label(i))
                      .count();
            });
    return right.stream().mapToInt(Integer::intValue).sum() / (double) images.size();
  }

  /** What naming the most frequent class every time would reach: knowing nothing. */
  public static double byChance(ImageSet images) {
    long[] counts = new long[images.classes()];
    IntStream.range(0, images.size()).forEach(i -> counts[images.label(i)]++);
    return Arrays.stream(counts).max().orElse(0) / (double) images.size();
  }
}
