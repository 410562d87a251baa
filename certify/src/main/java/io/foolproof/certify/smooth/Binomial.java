package io.foolproof.certify.smooth;

import org.apache.commons.numbers.gamma.LogBeta;
import org.apache.commons.statistics.distribution.BetaDistribution;

/** What draws say of the probability of an event. */
final class Binomial {
  /** How exactly the library finds quantiles, and room for rounding. */
  private static final double QUANTILE_ERROR = 2e-9;

  private Binomial() {}

  /**
   * The lower end of the one-sided interval of Clopper and Pearson (The use of confidence or
   * fiducial limits illustrated in the case of the binomial, 1934): a number that is above the
   * probability in at most the fraction alpha of experiments.
   *
   * @param hits how often the event came
   * @param draws of how many
   */
  static double lower(long hits, long draws, double alpha) {
    if (hits == 0) {
      return 0;
    }
    double quantile =
        hits == draws
            ? Math.pow(alpha, 1.0 / draws)
            : BetaDistribution.of((double) hits, draws - hits + 1.0)
                .inverseCumulativeProbability(alpha);
    return Math.max(0, quantile - QUANTILE_ERROR);
  }

  /**
   * The logarithm of the wealth of who bets against a probability, with the prior Beta(1/2, 1/2)
   * over the true one: if the probability is p, the wealth is a martingale that begins at 1, and
   * exceeds 1 / alpha at any time with a probability of at most alpha (Ville, 1939).
   *
   * <p>So {p : wealth(p) < 1 / alpha} is a confidence sequence: all of these intervals, of however
   * many draws, contain the true probability at once with a probability of 1 - alpha. Draws may be
   * stopped at any of them. Voracek: Treatment of statistical estimation problems in randomized
   * smoothing for adversarial robustness, 2024, arXiv 2406.17830, section 4.
   */
  static double logWealth(long hits, long draws, double p) {
    return LogBeta.value(hits + 0.5, draws - hits + 0.5)
        - LogBeta.value(0.5, 0.5)
        - hits * Math.log(p)
        - (draws - hits) * Math.log1p(-p);
  }
}
