package io.foolproof.certify.proof;

/** Case distinctions, by the signs of inputs of rectifiers or by inputs of the network. */
public sealed interface Tree {

  /**
   * A case distinction.
   *
   * @param active where the input is not negative
   * @param inactive where it is not positive
   */
  record Split(int rectifier, int neuron, Tree active, Tree inactive) implements Tree {}

  /**
   * A case distinction by a number of the input.
   *
   * @param below where it is at most a value
   * @param above where it is at least that
   */
  record Halves(int input, double at, Tree below, Tree above) implements Tree {}

  /**
   * A case in which one backward pass suffices.
   *
   * @param weights of the constraints of a case that is excluded, of which none is negative; none
   *     where a bound is shown
   * @param alphas by rectifier and neuron, slopes in 255ths; empty for those of CROWN
   * @param betas multipliers of the splits by signs above it, from the root
   */
  record Leaf(float[] weights, byte[][] alphas, float[] betas) implements Tree {
    /** With the slopes of CROWN, under no split by signs. */
    public static Leaf usual(float... weights) {
      return new Leaf(weights, new byte[0][], new float[0]);
    }
  }
}
