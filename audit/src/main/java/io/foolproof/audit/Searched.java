package io.foolproof.audit;

/**
 * How far a cascade of attacks searched: which of the samples that its first attacks left were
 * attacked thoroughly, and what a check on some of the others found.
 *
 * @param ranked how many samples the first attacks left
 * @param thorough how many of them were attacked thoroughly: those that came closest
 * @param checked how many of the others, drawn at random, the reference was run on
 * @param fell how many of these it fooled; where any, it was run on all others too
 */
public record Searched(int ranked, int thorough, int checked, int fell) {
  private static final double CONFIDENCE = 0.95;

  /** How many samples were attacked by no more than the first attacks. */
  public int notSearched() {
    return fell > 0 ? 0 : ranked - thorough - checked;
  }

  /**
   * At 95 % confidence, the largest fraction of the samples outside the searched ranks that the
   * reference would fool, given that it fooled none of those drawn: of n draws none falls with a
   * probability of at most (1 - p)^n. 0 where none is left unsearched.
   */
  public double atMost() {
    return notSearched() == 0 ? 0 : 1 - Math.pow(1 - CONFIDENCE, 1.0 / checked);
  }
}
