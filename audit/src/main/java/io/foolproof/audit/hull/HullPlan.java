package io.foolproof.audit.hull;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.Space;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which queries are held against the hull of which images.
 *
 * @param training the images that span the hull
 * @param queries the images that are held against it, of the same shape
 * @param space where: all pixels, or fewer dimensions made of them
 * @param fooling how to fool a model, to see where that takes the queries; null for not at all
 */
public record HullPlan(
    ImageSet training, ImageSet queries, Space space, @Nullable FoolingPlan fooling) {
  /**
   * Checks what can be checked before any work.
   *
   * @throws InvalidInputException if there are no images, queries of another shape or kind, or a
   *     model that they do not fit
   */
  public HullPlan {
    requireImages(training, "to span a hull");
    requireImages(queries, "to hold against the hull");
    if (!Arrays.equals(queries.shape(), training.shape())) {
      throw new InvalidInputException(
          "%s: images of shape %s, but %s, whose hull they are held against, has %s"
              .formatted(
                  queries.name(),
                  Arrays.toString(queries.shape()),
                  training.name(),
                  Arrays.toString(training.shape())));
    }
    requireOneKind(training, queries);
    if (fooling != null) {
      fooling.check(queries);
    }
  }

  /** A plan without a model. */
  public HullPlan(ImageSet training, ImageSet queries, Space space) {
    this(training, queries, space, null);
  }

  private static void requireOneKind(ImageSet training, ImageSet queries) {
    if (training.eightBit() != queries.eightBit()) {
      throw new InvalidInputException(
          "%s: %s, but %s, whose hull they are held against, has %s; store both alike"
              .formatted(queries.name(), kind(queries), training.name(), kind(training)));
    }
  }

  private static String kind(ImageSet images) {
    return images.eightBit() ? "8-bit levels" : "real-valued pixels";
  }

  private static void requireImages(ImageSet images, String purpose) {
    if (images.size() == 0) {
      throw new InvalidInputException(
          images.name() + ": no images, expected at least 1 " + purpose);
    }
  }

  /** All that results depend on, by name, to tell one study from another. */
  public Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof hull journal 3");
    identity.put("training images", training.sha256());
    identity.put("number of training images", String.valueOf(training.size()));
    identity.put("queries", queries.sha256());
    identity.put("number of queries", String.valueOf(queries.size()));
    identity.put("query indices", indices());
    identity.put("space", space.identity());
    identity.put("engine", Engine.version());
    return identity;
  }

  /** The same, and all that fooling depends on. */
  Map<String, String> identity(FoolingPlan fooling) {
    Map<String, String> identity = identity();
    identity.putAll(fooling.identity());
    return identity;
  }

  private String indices() {
    long[] indices = IntStream.range(0, queries.size()).mapToLong(queries::index).toArray();
    return Integer.toHexString(Arrays.hashCode(indices));
  }
}
