package io.foolproof.certify.bound;

import org.jspecify.annotations.Nullable;

/**
 * A bound, and how it is had.
 *
 * @param bound in 32 bits, without rounding errors
 * @param certified in 64 bits, less all rounding errors, with exactly these slopes and multipliers;
 *     minus infinity where the bound is no better than its target
 * @param alphas by rectifier, slopes in 255ths
 * @param betas multipliers of the splits, from the root
 * @param gammas multipliers of what is assumed; empty where nothing is
 * @param choice what to split next; null where every rectifier is settled
 * @param point the input at which the relaxed network attains the bound; empty where it was dropped
 * @param attained what the function is at this input: no lower bound is above it; positive infinity
 *     under an assumption, which the input need not meet
 */
public record Solved(
    double bound,
    double certified,
    byte[][] alphas,
    float[] betas,
    float[] gammas,
    @Nullable Choice choice,
    float[] point,
    double attained) {

  /**
   * An input of a rectifier.
   *
   * @param loss how much of the bound its relaxation costs
   */
  public record Choice(int rectifier, int neuron, double loss) {}

  /** The same without the point, which takes memory. */
  public Solved withoutPoint() {
    return new Solved(bound, certified, alphas, betas, gammas, choice, new float[0], attained);
  }
}
