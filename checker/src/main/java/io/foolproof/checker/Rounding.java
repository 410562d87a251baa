package io.foolproof.checker;

/** Bounds of rounding errors; docs/proofs.md derives them. */
final class Rounding {
  /** The unit roundoff of 64-bit numbers. */
  private static final double U = 0x1p-53;

  /** The unit roundoff of 32-bit numbers. */
  private static final double V = 0x1p-24;

  /** What flushing a subnormal 32-bit number to 0 changes, at most; doubled for its growth. */
  static final double FLUSH = 0x1p-125;

  /** More than the relative error of any sum that is computed here to bound an error. */
  static final double GENEROUS = 1 + 0x1p-20;

  /** More terms than this make the bounds above useless. */
  static final int MOST_TERMS = 1 << 22;

  /** How far what a 32-bit execution gives for tanh is from it, at most: assumed, not proved. */
  static final double TANH = 0x1p-20;

  private Rounding() {}

  /** n e / (1 - n e): the relative error of a product that takes part in n roundings. */
  private static double gamma(double n, double e) {
    return n * e / (1 - n * e);
  }

  /** Of sums of so many products in this program, relative to the sum of absolute values. */
  static double check(int terms) {
    return 2 * gamma(terms + 4.0, U) * GENEROUS;
  }

  /** Of any 32-bit execution, relative to the sum of absolute values. */
  static double execution(int fanIn) {
    return gamma(fanIn + 3.0, V) * GENEROUS;
  }
}
