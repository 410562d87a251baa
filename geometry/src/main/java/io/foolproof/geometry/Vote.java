package io.foolproof.geometry;

/**
 * The label that a mixture votes for: each of its points votes for its own label with its weight.
 *
 * @param label the label with most weight; the lowest of several
 * @param shares each label's weight, adding up to 1
 */
public record Vote(int label, double[] shares) {
  /** Takes a copy. */
  public Vote {
    shares = shares.clone();
  }

  /**
   * Counts the votes of a mixture.
   *
   * @param labels the label of every point the mixture's indices may name
   * @param classes how many labels there are
   */
  public static Vote of(Mixture mixture, int[] labels, int classes) {
    double[] shares = new double[classes];
    double total = 0;
    for (int k = 0; k < mixture.size(); k++) {
      shares[labels[mixture.points()[k]]] += mixture.weights()[k];
      total += mixture.weights()[k];
    }
    int winner = 0;
    for (int c = 0; c < classes; c++) {
      shares[c] /= total;
      if (shares[c] > shares[winner]) {
        winner = c;
      }
    }
    return new Vote(winner, shares);
  }
}
