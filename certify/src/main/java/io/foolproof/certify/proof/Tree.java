package io.foolproof.certify.proof;

/** Case distinctions by the signs of inputs of rectifiers. */
public sealed interface Tree {

  /**
   * A case distinction.
   *
   * @param active where the input is not negative
   * @param inactive where it is not positive
   */
  record Split(int rectifier, int neuron, Tree active, Tree inactive) implements Tree {}

  /**
   * A case in which one backward pass suffices.
   *
   * @param alphas by rectifier and neuron, slopes in 255ths; empty for those of CROWN
   * @param betas multipliers of the splits above it, from the root
   */
  record Leaf(byte[][] alphas, float[] betas) implements Tree {
    /** With the slopes of CROWN, under no split. */
    public static final Leaf USUAL = new Leaf(new byte[0][], new float[0]);
  }
}
