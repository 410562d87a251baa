package io.foolproof.audit.hull;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.Space;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.stream.IntStream;

/** The space of a network's layer: what the images become inside it, as 32-bit floats. */
public final class LayerSpace {
  private static final String PREFIX = "layer:";

  /** Names in a message before it gets too long. */
  private static final int MOST_NAMES = 40;

  /** Bytes of a coordinate: a double, a float for the engine and a float on its way there. */
  private static final int BYTES = 16;

  private final OnnxClassifier model;
  private final String layer;
  private final int dimension;

  private LayerSpace(OnnxClassifier model, String layer) {
    this.model = model;
    this.layer = layer;
    this.dimension = dimension();
  }

  /** Whether a space's text means a layer. */
  public static boolean isMeant(String text) {
    return text.strip().startsWith(PREFIX);
  }

  /**
   * The space of a layer.
   *
   * @param text {@code layer:NAME}, with the name of a value that the model's graph computes
   * @throws InvalidInputException if the model has no such layer, or it has no numbers per image
   */
  public static Space of(OnnxClassifier model, String text) {
    String layer = text.strip().substring(PREFIX.length());
    List<String> names = model.valueNames();
    if (!names.contains(layer)) {
      throw new InvalidInputException(
          "%s has no layer '%s'; it has %s".formatted(model.name(), layer, listed(names)));
    }
    LayerSpace space = new LayerSpace(model, layer);
    return new Space.Embedded(PREFIX + layer, model.origin().identityInUse(), space::points);
  }

  private static String listed(List<String> names) {
    int left = names.size() - MOST_NAMES;
    String some = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    return left > 0 ? some + " and " + left + " more" : some;
  }

  /** Found out with two black images, which also tells a value per image from one for all. */
  private int dimension() {
    try (Scope scope = Scope.open()) {
      InputSpec input = model.input();
      Tensor images = Tensor.full(input.low(), DType.FLOAT32, input.batchShape(2));
      Tensor values = model.activation(layer, images);
      if (values.rank() < 2 || values.size(0) != 2 || !values.dtype().isFloating()) {
        throw new InvalidInputException(
            "layer '%s' of %s is %s for two images, expected numbers for each: name another layer"
                .formatted(layer, model.name(), values));
      }
      return Math.toIntExact(values.elements() / 2);
    }
  }

  private PointSet points(ImageSet images, Workers workers) {
    requireRoom(images);
    List<float[]> parts =
        workers.map(images.size(), Workers.MICRO_BATCH, (from, to) -> values(images, from, to));
    float[] all = new float[images.size() * dimension];
    int offset = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, offset, part.length);
      offset += part.length;
    }
    return PointSet.ofFloats(images.name() + " in " + PREFIX + layer, all, dimension);
  }

  private float[] values(ImageSet images, int from, int to) {
    Tensor batch = images.tensor(IntStream.range(from, to).toArray());
    Tensor shaped = batch.reshape(model.input().batchShape(to - from));
    return model.activation(layer, shaped).toFloats();
  }

  private void requireRoom(ImageSet images) {
    long bytes = (long) images.size() * dimension * BYTES;
    long room = Runtime.getRuntime().maxMemory();
    if (bytes > room) {
      throw new InvalidInputException(
          ("layer '%s' of %s has %,d numbers per image, which makes %,d MB for %,d images, but Java"
                  + " has %,d MB: take fewer images (--train), or a later layer")
              .formatted(layer, model.name(), dimension, bytes >> 20, images.size(), room >> 20));
    }
  }
}
