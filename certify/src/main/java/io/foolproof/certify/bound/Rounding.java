package io.foolproof.certify.bound;

/**
 * What a check takes from a bound, estimated: the terms of docs/proofs.md, and a little more.
 *
 * <p>An estimate that is too small costs a proof, never its truth.
 */
final class Rounding {
  private static final double SINGLE = 0x1p-24;
  private static final double DOUBLE = 0x1p-53;

  /** How far the orders of summation here and in a check may lead apart, relatively. */
  static final double SLACK = 1e-9;

  /** How far what a 32-bit execution gives for tanh is from it, at most: an assumption. */
  static final double TANH = 0x1p-20 * (1 + 1e-9);

  private Rounding() {}

  /** Of an affine step, relative to the sum of the absolute values of what is added. */
  static double of(int fanIn, int terms) {
    return execution(fanIn) + check(terms);
  }

  /** Of a step that no execution rounds. */
  static double check(int terms) {
    return 8 * gamma(terms + 8.0, DOUBLE);
  }

  /** Of a 32-bit execution alone. */
  static double execution(int fanIn) {
    return 1.00001 * gamma(fanIn + 3.0, SINGLE);
  }

  private static double gamma(double n, double e) {
    return n * e / (1 - n * e);
  }
}
