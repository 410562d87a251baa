package io.foolproof.geometry;

import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;

/**
 * Turns images into points, always in the same way: what a {@link Space} became when it was fitted
 * to training images, or what a network's layer makes of images.
 */
@FunctionalInterface
public interface Embedding {
  /**
   * The points of these images, in their order.
   *
   * @throws InvalidInputException if the images' shape is not the training images'
   */
  PointSet apply(ImageSet images);
}
