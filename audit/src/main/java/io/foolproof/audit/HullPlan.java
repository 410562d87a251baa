package io.foolproof.audit;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.Space;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which queries are held against the hull of which images.
 *
 * @param training the images that span the hull
 * @param queries the images that are held against it, of the same shape
 * @param space where: all pixels, or fewer dimensions made of them
 */
public record HullPlan(ImageSet training, ImageSet queries, Space space) {
  /**
   * Checks what can be checked before any work.
   *
   * @throws InvalidInputException if there are no images, or queries of another shape
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
    identity.put("format", "foolproof hull journal 1");
    identity.put("training images", training.sha256());
    identity.put("number of training images", String.valueOf(training.size()));
    identity.put("queries", queries.sha256());
    identity.put("number of queries", String.valueOf(queries.size()));
    identity.put("query indices", indices());
    identity.put("space", space.text());
    identity.put("engine", Engine.version());
    return identity;
  }

  private String indices() {
    long[] indices = IntStream.range(0, queries.size()).mapToLong(queries::index).toArray();
    return Integer.toHexString(Arrays.hashCode(indices));
  }
}
