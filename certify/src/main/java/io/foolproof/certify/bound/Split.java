package io.foolproof.certify.bound;

import org.jspecify.annotations.Nullable;

/**
 * Case distinctions on the way from a root to a case: of each, which input of which rectifier, and
 * its sign.
 *
 * @param before the ones above it; null at the root
 * @param rectifier by its place in the network
 * @param sign 1 where the input is not negative, -1 where it is not positive
 * @param depth how many there are, this one included
 */
public record Split(@Nullable Split before, int rectifier, int neuron, int sign, int depth) {

  /** One more case distinction, below another. */
  public static Split below(@Nullable Split before, int rectifier, int neuron, int sign) {
    return new Split(before, rectifier, neuron, sign, before == null ? 1 : before.depth + 1);
  }
}
