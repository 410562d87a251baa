package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.Arrays;

/**
 * The nearest training images: a class scores by the mean squared distance of its k nearest.
 *
 * <p>Cover, Hart: Nearest neighbor pattern classification, IEEE Transactions on Information Theory
 * 13, 1967. In place of a vote, which has no gradient, the distances themselves decide; with k = 1
 * that is the same. Where the nearest stays the nearest, the gradient is that of its distance, 2 (x
 * - nearest): Danskin's theorem.
 *
 * @param k how many neighbours of each class count
 * @param points how many training images are kept, of all classes together
 */
@Named("neighbours")
public record Neighbours(@AtLeast(1) int k, @AtLeast(1) int points) implements FittedGraph {
  /** Checks the settings. */
  public Neighbours {
    Settings.check(Neighbours.class, k, points);
  }

  /** The nearest of 10,000. */
  public static Neighbours standard() {
    return new Neighbours(1, 10_000);
  }

  @Override
  public String summary() {
    return "the nearest training images of each class";
  }

  @Override
  public String source() {
    return "Cover, Hart 1967";
  }

  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    Prototypes kept = Prototypes.drawn(training, points, 0);
    int fewest = Arrays.stream(kept.perClass()).min().orElse(0);
    if (k > fewest) {
      throw new InvalidInputException(
          "neighbours: k=%,d: of one class only %s kept: give a smaller k, or more points"
              .formatted(k, fewest == 1 ? "one image is" : "%,d images are".formatted(fewest)));
    }
    String pixels = Distances.matrix(kept, graph::weight);
    String biases = graph.weight(Distances.biases(kept), kept.size());
    String values = graph.writer().affine(graph.pixels(), pixels, biases);
    return kept.bestOfEachClass(graph, values, k);
  }
}
