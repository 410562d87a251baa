package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;

/**
 * The nearest training image when that may be shifted, scaled, rotated, sheared and made bolder:
 * the distance to the plane of its tangents.
 *
 * <p>Simard, LeCun, Denker: Efficient pattern recognition using a new transformation distance,
 * 1993. Their distance moves both images; this one moves the training image alone, which has a
 * closed form: |x - p|^2 less the squares of (x - p) along each orthonormal tangent of p. The
 * gradient is that of the distance to the nearest point of the plane (Danskin's theorem).
 *
 * @param points how many training images are kept, of all classes together
 */
@Named("tangent")
public record TangentDistance(@AtLeast(1) int points) implements FittedGraph {
  /** Checks the settings. */
  public TangentDistance {
    Settings.check(TangentDistance.class, points);
  }

  /** To 2,000 images. */
  public static TangentDistance standard() {
    return new TangentDistance(2_000);
  }

  @Override
  public String summary() {
    return "the nearest training image, moved and reshaped a little to fit";
  }

  @Override
  public String source() {
    return "Simard, LeCun, Denker 1993";
  }

  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    Prototypes kept = Prototypes.drawn(training, points, 0);
    return write(graph, graph.pixels(), kept, training, graph::weight);
  }

  /**
   * The scores by tangent distance to prototypes.
   *
   * @param pixels to compare with the prototypes: [N, pixels]
   * @param images whose shape the prototypes have
   */
  static String write(
      OnnxGraph graph, String pixels, Prototypes kept, ImageSet images, Distances.Numbers numbers) {
    if (images.channels() != 1) {
      throw new InvalidInputException(
          "%s has %d channels: tangent distance takes images of one; give 'neighbours'"
              .formatted(images.name(), images.channels()));
    }
    int count = kept.size();
    int d = kept.dimension();
    float[][] tangents = new float[Tangents.COUNT * count][];
    float[] origins = new float[tangents.length];
    for (int i = 0; i < count; i++) {
      float[] prototype = kept.pixels()[i];
      float[][] some = Tangents.of(prototype, images.height(), images.width());
      for (int k = 0; k < Tangents.COUNT; k++) {
        tangents[i * Tangents.COUNT + k] = some[k];
        origins[i * Tangents.COUNT + k] = (float) -Rows.dot(some[k], prototype);
      }
    }
    String matrix = Distances.matrix(kept, numbers);
    String biases = numbers.of(Distances.biases(kept), count);
    OnnxWriter writer = graph.writer();
    String apart = writer.affine(pixels, matrix, biases);
    String along =
        writer.affine(
            pixels,
            numbers.of(Rows.joined(tangents), tangents.length, d),
            numbers.of(origins, origins.length));
    String grouped = writer.reshape(along, -1, count, Tangents.COUNT);
    String squares = writer.sum(writer.apply("Mul", grouped, grouped), 2);
    String reached = writer.reshape(squares, -1, count);
    return kept.bestOfEachClass(graph, writer.apply("Add", apart, reached), 1);
  }
}
