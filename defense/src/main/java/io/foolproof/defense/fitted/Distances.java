package io.foolproof.defense.fitted;

/**
 * Squared distances to prototypes p as an affine map of x: 2 p'x - p'p is x'x - |x - p|^2, and x'x
 * is the same for all classes.
 */
final class Distances {
  private Distances() {}

  /** Numbers of a graph: learned ones or constants. */
  @FunctionalInterface
  interface Numbers {
    String of(float[] values, long... shape);
  }

  /** The map's matrix: [prototypes, pixels]. */
  static String matrix(Prototypes prototypes, Numbers numbers) {
    float[] doubled = Rows.joined(prototypes.pixels());
    for (int j = 0; j < doubled.length; j++) {
      doubled[j] *= 2;
    }
    return numbers.of(doubled, prototypes.size(), prototypes.dimension());
  }

  /** What it adds: one number for each prototype. */
  static float[] biases(Prototypes prototypes) {
    float[] biases = new float[prototypes.size()];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = (float) -Rows.dot(prototypes.pixels()[i], prototypes.pixels()[i]);
    }
    return biases;
  }
}
