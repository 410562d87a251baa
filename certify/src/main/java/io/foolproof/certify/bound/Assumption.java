package io.foolproof.certify.bound;

/**
 * That a case of the property happens: the output meets all of some linear constraints. Where that
 * cannot be, bounds under it contradict one another.
 *
 * @param rows by constraint, the coefficients of the output
 * @param limits that the sums of coefficients times outputs do not exceed
 * @param excesses how far, about, the sums may be below their limits: the scale of multipliers
 */
public record Assumption(double[][] rows, double[] limits, double[] excesses) {}
