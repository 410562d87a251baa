package io.foolproof.defense;

import io.foolproof.data.ImageSet;
import io.foolproof.defense.bound.BoundGraph;
import io.foolproof.defense.bound.BoundedValues;
import io.foolproof.defense.bound.Region;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How often interval bounds show that a classifier keeps the label within epsilon in L-inf. */
public final class CertifiedAccuracy {
  /** Bounds of so many images at a time. */
  private static final int BATCH = 64;

  private CertifiedAccuracy() {}

  /**
   * The fraction of images for which interval bounds show that every image within epsilon, and in
   * the box, has the same label; in [0, 1]. The bounds are those of exact arithmetic, up to the
   * rounding of the type that they are computed in: a certificate is what {@code prove} writes.
   *
   * @param type 32 bits while training, 64 for a figure to quote
   * @throws io.foolproof.tensor.InvalidInputException when an operator has no interval bounds
   */
  public static double of(
      OnnxClassifier model, ImageSet images, double epsilon, DType type, Workers workers) {
    BoundGraph graph = BoundGraph.of(model);
    Region region = new Region(graph, Map.of(), epsilon, 1);
    List<Integer> certified =
        workers.map(
            images.size(),
            BATCH,
            (from, to) -> {
              int[] places = IntStream.range(from, to).toArray();
              Tensor batch =
                  images.tensor(places).reshape(model.input().batchShape(places.length)).to(type);
              int[] labels = IntStream.of(places).map(images::label).toArray();
              BoundedValues values = region.around(batch);
              return certified(values.margins(Tensor.ofInts(labels)), labels);
            });
    return certified.stream().mapToInt(Integer::intValue).sum() / (double) images.size();
  }

  /** How many rows have all margins above 0, but that of the label itself. */
  private static int certified(Tensor margins, int[] labels) {
    double[] values = margins.toDoubles();
    int classes = values.length / labels.length;
    return (int)
        IntStream.range(0, labels.length)
            .filter(
                i ->
                    IntStream.range(0, classes)
                        .allMatch(k -> k == labels[i] || values[i * classes + k] > 0))
            .count();
  }
}
