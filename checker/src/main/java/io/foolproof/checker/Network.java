package io.foolproof.checker;

import java.util.List;

/**
 * A feed-forward network: affine maps, rectifiers and sums, in order.
 *
 * @param sizes of all values, by their numbers; value 0 is the input
 * @param layers each behind those whose values it takes
 * @param output the number of the value that the network gives
 */
record Network(List<Integer> sizes, List<Layer> layers, int output) {
  int inputs() {
    return sizes.get(0);
  }

  int outputs() {
    return sizes.get(output);
  }

  /** The rectifier of this name. */
  Layer.Rectifier rectifier(String name) {
    for (Layer layer : layers) {
      if (layer instanceof Layer.Rectifier rectifier && rectifier.name().equals(name)) {
        return rectifier;
      }
    }
    throw new UncheckableException(
        "the certificate names a rectifier '" + name + "' that the network has not");
  }
}
