package io.foolproof.checker;

import java.util.List;

/**
 * A feed-forward network: affine maps, activations and sums, in order.
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

  /** The activation of this name. */
  Layer.Activation activation(String name) {
    for (Layer layer : layers) {
      if (layer instanceof Layer.Activation activation && activation.name().equals(name)) {
        return activation;
      }
    }
    throw new UncheckableException(
        "the certificate names an activation '" + name + "' that the network has not");
  }
}
