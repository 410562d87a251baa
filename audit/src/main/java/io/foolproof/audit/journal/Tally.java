package io.foolproof.audit.journal;

/**
 * What fresh draws of a randomised model say of one image.
 *
 * @param draws how many there were
 * @param correct how many of them classified it correctly
 * @param fooled how many of them are what the attacker's goal wants
 */
public record Tally(int draws, int correct, int fooled) {
  /** The level of {@link #mostAreFooled}. */
  private static final double LEVEL = 0.01;

  /** Checks the counts. */
  public Tally {
    if (draws < 1 || correct < 0 || correct > draws || fooled < 0 || fooled > draws) {
      throw new IllegalArgumentException(correct + " and " + fooled + " of " + draws + " draws");
    }
  }

  /**
   * Whether the image fools most draws, by a one-sided binomial test against one half: of images
   * that fool exactly half of all draws, at most one in a hundred passes. With 101 draws, 63 of
   * them must be fooled.
   */
  public boolean mostAreFooled() {
    // P(X >= fooled) for X binomial with probability 1/2.
    double term = Math.pow(0.5, draws);
    double tail = 0;
    for (int k = 0; k <= draws; k++) {
      tail += k >= fooled ? term : 0;
      term *= (double) (draws - k) / (k + 1);
    }
    return tail <= LEVEL;
  }
}
