package io.foolproof.audit;

/**
 * How far a cascade of attacks searched: which of the samples that its first attacks left were
 * attacked thoroughly, and what a check on some of the others found.
 *
 * @param ranked how many samples the first attacks left
 * @param thorough how many of them were attacked thoroughly: those that came closest
 * @param checked how many of the others, drawn at random, the reference was run on
 * @param fell how many of these it fooled; where any, it was run on all others too
 * @param reference what it was, in words
 */
public record Searched(int ranked, int thorough, int checked, int fell, String reference) {
  private static final double CONFIDENCE = 0.95;

  /** How many samples were attacked by no more than the first attacks. */
  public int notSearched() {
    return fell > 0 ? 0 : ranked - thorough - checked;
  }

  /**
   * At 95 % confidence, how many of the {@link #notSearched} samples the reference would fool at
   * most, given that it fooled none of those drawn. They were drawn without replacement: of N
   * samples of which m would be fooled, n draws miss all m with the hypergeometric probability (N -
   * n)/N (N - n - 1)/(N - 1) ..., a product of m factors.
   */
  public int missedAtMost() {
    int rest = notSearched();
    double missesAll = 1;
    for (int missed = 0; missed < rest; missed++) {
      missesAll *= (double) (rest - missed) / (rest + checked - missed);
      if (missesAll <= 1 - CONFIDENCE) {
        return missed;
      }
    }
    return rest;
  }

  /** As {@link #missedAtMost}, as a fraction of the {@link #notSearched}; 0 where there is none. */
  public double atMost() {
    return notSearched() == 0 ? 0 : (double) missedAtMost() / notSearched();
  }
}
