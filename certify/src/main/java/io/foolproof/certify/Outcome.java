package io.foolproof.certify;

import io.foolproof.certify.proof.Proof;

/** How an attempt at a proof ended. */
public sealed interface Outcome {

  /**
   * A case of the property happens: this input is in its box, and ONNX Runtime gives these outputs,
   * which meet its constraints.
   *
   * @param which case
   */
  record Violated(int which, float[] input, float[] output) implements Outcome {}

  /** No case happens; the proof can be checked. */
  record Shown(Proof proof) implements Outcome {}

  /**
   * Neither was found.
   *
   * @param reason in one line
   * @param bound how far the lower bound of the case that is farthest from a proof is below what a
   *     proof needs, in the units of the outputs; NaN where there is none
   */
  record Unknown(String reason, double bound) implements Outcome {}
}
