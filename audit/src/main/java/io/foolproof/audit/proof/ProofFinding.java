package io.foolproof.audit.proof;

import org.jspecify.annotations.Nullable;

/**
 * What the search for a proof found for one image.
 *
 * @param index the image's index in its data set
 * @param outcome how it ended
 * @param seconds that it took, the check included
 * @param detail in one line: the margins, or how far the bound was
 * @param margin how far the nearest other class stays, at least, in any 32-bit execution, in the
 *     units of the logits; null where nothing is proved
 * @param witness pixels of another class, as ONNX Runtime has it; null where there are none
 */
public record ProofFinding(
    long index,
    Outcome outcome,
    double seconds,
    String detail,
    @Nullable Double margin,
    float @Nullable [] witness) {

  /** How it can end. */
  public enum Outcome {
    /** No allowed change leads to another class: the certificate was checked. */
    PROVED,
    /** An allowed change leads to another class. */
    FOOLED,
    /** Neither was found. */
    UNKNOWN
  }

  /** Whether it is proved. */
  public boolean proved() {
    return outcome == Outcome.PROVED;
  }
}
