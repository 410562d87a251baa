package io.foolproof.certify.proof;

/** What a certificate claims, with the tree that shows it. */
public sealed interface Claim {
  /** The case distinctions, and the multipliers of each case. */
  Tree tree();

  /**
   * That an input of a rectifier is at least, or at most, a number.
   *
   * @param rectifier by its place in the network
   * @param neuron which of its inputs
   * @param upper whether it is at most the number
   */
  record Bound(int rectifier, int neuron, boolean upper, double value, Tree tree)
      implements Claim {}

  /**
   * That a case of the property does not happen.
   *
   * @param which by its place in the property
   */
  record Excluded(int which, Tree tree) implements Claim {}
}
