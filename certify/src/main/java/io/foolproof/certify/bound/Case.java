package io.foolproof.certify.bound;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A linear function of a value of the network that is to be bounded from below, in a case, with
 * what is known of its best multipliers.
 *
 * @param value the number of the value
 * @param row the function's coefficients
 * @param target a bound above this is good enough
 * @param splits the case; null for the whole box
 * @param alphas by rectifier, slopes in 255ths; null for those of CROWN
 * @param betas multipliers of the splits, from the root
 * @param gammas multipliers of what is assumed; empty where none are known
 */
public record Case(
    int value,
    double[] row,
    double target,
    @Nullable Split splits,
    byte @Nullable [][] alphas,
    float[] betas,
    float[] gammas) {

  /** In the whole box, with nothing known. */
  public static Case whole(int value, double[] row, double target) {
    return new Case(value, row, target, null, null, new float[0], new float[0]);
  }

  /** Whether its slopes are those of CROWN. */
  boolean hasUsualSlopes() {
    return alphas == null || alphas.length == 0;
  }

  /** One side of a case distinction, which begins with what was best for the whole. */
  public Case child(Solved solved, int sign) {
    Solved.Choice choice = solved.choice();
    if (choice == null) {
      throw new IllegalStateException("nothing is left to split");
    }
    float[] more = Arrays.copyOf(solved.betas(), solved.betas().length + 1);
    return new Case(
        value,
        row,
        target,
        Split.below(splits, choice.rectifier(), choice.neuron(), sign),
        solved.alphas(),
        more,
        solved.gammas());
  }

  /** The same, which begins with slopes and multipliers that were found for it. */
  public Case from(Solved solved) {
    return new Case(value, row, target, splits, solved.alphas(), solved.betas(), solved.gammas());
  }

  /** The same with another target. */
  public Case withTarget(double other) {
    return new Case(value, row, other, splits, alphas, betas, gammas);
  }
}
