package io.foolproof.geometry;

import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;

/** Where hulls of images are looked at: all pixels, or fewer dimensions made of them. */
public sealed interface Space {
  /**
   * Makes the space for images like these.
   *
   * @throws InvalidInputException if the space does not fit the images
   */
  Embedding fit(ImageSet training, Workers workers);

  /** How users name it; what {@link #parse} reads, except for {@link Embedded}. */
  String text();

  /** All that it depends on but the images: tells spaces apart whose text is the same. */
  default String identity() {
    return text();
  }

  /**
   * Reads {@code pixels}, {@code pca:K} (K principal components), {@code patch:K} (the K x K pixels
   * in the centre) or {@code pool:K} (means over blocks of K x K pixels).
   *
   * @throws InvalidInputException if the text is none of these
   */
  static Space parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("pixels")) {
      return new Pixels();
    }
    int colon = lower.indexOf(':');
    String kind = colon < 0 ? lower : lower.substring(0, colon);
    int size = colon < 0 ? 0 : positive(lower.substring(colon + 1));
    if (size > 0) {
      switch (kind) {
        case "pca" -> {
          return new Pca(size);
        }
        case "patch" -> {
          return new CentrePatch(size);
        }
        case "pool" -> {
          return new Pool(size);
        }
        default -> {}
      }
    }
    throw new InvalidInputException(
        ("unknown space \"%s\", expected pixels, pca:K, patch:K or pool:K with K at least 1, or"
                + " layer:NAME of a model")
            .formatted(text));
  }

  private static int positive(String number) {
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** All pixels. */
  record Pixels() implements Space {
    @Override
    public Embedding fit(ImageSet training, Workers workers) {
      return images -> PointSet.of(requireShape(images, training));
    }

    @Override
    public String text() {
      return "pixels";
    }
  }

  /**
   * The leading principal components of the training images: centred on their mean, not whitened.
   *
   * @param components how many
   */
  record Pca(int components) implements Space {
    @Override
    public Embedding fit(ImageSet training, Workers workers) {
      PrincipalComponents fitted =
          PrincipalComponents.of(PointSet.of(training), components, workers);
      return images -> fitted.apply(PointSet.of(requireShape(images, training)));
    }

    @Override
    public String text() {
      return "pca:" + components;
    }
  }

  /**
   * The square of pixels in the centre, of all channels; where it cannot lie exactly in the middle,
   * an odd side lies half a pixel towards the lower right, as H / 2 - side / 2 has it.
   *
   * @param side pixels along one side
   */
  record CentrePatch(int side) implements Space {
    @Override
    public Embedding fit(ImageSet training, Workers workers) {
      if (side > training.height() || side > training.width()) {
        throw new InvalidInputException(
            "%s: a patch of %d x %d pixels does not fit into images of %d x %d"
                .formatted(training.name(), side, side, training.height(), training.width()));
      }
      return images -> Patches.centre(requireShape(images, training), side);
    }

    @Override
    public String text() {
      return "patch:" + side;
    }
  }

  /**
   * Means over square blocks of pixels.
   *
   * @param side pixels along one side of a block
   */
  record Pool(int side) implements Space {
    @Override
    public Embedding fit(ImageSet training, Workers workers) {
      if (training.height() % side != 0 || training.width() % side != 0) {
        throw new InvalidInputException(
            "%s: blocks of %d x %d pixels do not tile images of %d x %d"
                .formatted(training.name(), side, side, training.height(), training.width()));
      }
      return images -> Patches.pool(requireShape(images, training), side);
    }

    @Override
    public String text() {
      return "pool:" + side;
    }
  }

  /**
   * What something else makes of images, such as a network's layer.
   *
   * @param text how users name it
   * @param source what it is made by, such as a model's SHA-256
   * @param points turns images into points, each apart from the others
   */
  record Embedded(String text, String source, BiFunction<ImageSet, Workers, PointSet> points)
      implements Space {
    @Override
    public Embedding fit(ImageSet training, Workers workers) {
      return images -> points.apply(requireShape(images, training), workers);
    }

    @Override
    public String identity() {
      return text + " of " + source;
    }
  }

  private static ImageSet requireShape(ImageSet images, ImageSet training) {
    if (!Arrays.equals(images.shape(), training.shape())) {
      throw new InvalidInputException(
          "%s: images of shape %s, but %s has %s"
              .formatted(
                  images.name(),
                  Arrays.toString(images.shape()),
                  training.name(),
                  Arrays.toString(training.shape())));
    }
    return images;
  }
}
