package io.foolproof.physical.sheet;

import io.foolproof.data.EightBit;
import io.foolproof.data.ImageShape;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.Places;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * A patch that is printed on images, each at a place of its own.
 *
 * @param patch what is put on them
 * @param places how the places are drawn
 */
public record PatchOn(Patch patch, Places places) {

  /**
   * Refuses a patch that cannot be put on images of this shape.
   *
   * @throws InvalidInputException where it has other channels, or is too large for its places
   */
  void requireFits(ImageShape images) {
    if (patch.shape().channels() != images.channels()) {
      throw new InvalidInputException(
          "the patch has %d channels, the images have %d: give a patch that was made for such images"
              .formatted(patch.shape().channels(), images.channels()));
    }
    places.requireFits(images.height(), images.width(), patch.side());
  }

  /** The patch's own pixels in a random order, at the same places. */
  PatchOn shuffled(long seed) {
    return new PatchOn(
        patch.shuffled(new RandomStream(seed, 0, "shuffled patch to print", 0)), places);
  }

  /** The clean image with the patch on it, in 8-bit levels. */
  int[] on(AttackedImages.Pair pair, ImageShape shape, long seed) {
    RandomStream random = new RandomStream(seed, pair.index(), "place of a printed patch", 0);
    try (Scope scope = Scope.open()) {
      Tensor image =
          Tensor.of(
              EightBit.pixels(pair.clean()), 1, shape.channels(), shape.height(), shape.width());
      return EightBit.levels(
          patch
              .on(
                  image,
                  List.of(
                      places.draw(
                          random, shape.height(), shape.width(), patch.side(), patch.round())))
              .toFloats());
    }
  }
}
