package io.foolproof.study;

import io.foolproof.audit.Proportion;

/**
 * A fraction, with its 95 % interval over images (and over draws, where a model is randomised).
 *
 * @param value in [0, 1]
 * @param low the lower end, at most the value
 * @param high the upper end, at least the value
 */
public record Estimate(double value, double low, double high) {

  /** Of images that have a property or do not: Wilson's interval. */
  public static Estimate of(Proportion proportion) {
    return new Estimate(proportion.value(), proportion.low(), proportion.high());
  }

  /** The fraction that is left to 1. */
  public Estimate rest() {
    return new Estimate(1 - value, 1 - high, 1 - low);
  }
}
