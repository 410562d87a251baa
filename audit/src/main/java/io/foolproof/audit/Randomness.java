package io.foolproof.audit;

import io.foolproof.audit.journal.Tally;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often a randomised model is right, over fresh draws: of the clean samples, and of the worst
 * candidate that is known of each, fooled or not. Right is what is classified correctly; under a
 * targeted goal, what is classified correctly when it is clean and is not taken for the target.
 *
 * @param draws how many fresh draws each image was evaluated on, once
 * @param clean of the samples as they are
 * @param attacked of the worst candidates
 * @param reproducible whether the draws come from the audit's seed, so that the same audit gives
 *     the same figure again; otherwise the model draws by itself, and it will differ within the
 *     interval over draws
 * @param elsewhere what the same model says of the worst candidates in another runtime; null where
 *     there is none
 */
public record Randomness(
    int draws, Share clean, Share attacked, boolean reproducible, @Nullable Elsewhere elsewhere) {
  /** The standard normal quantile of a two-sided interval at 95 %. */
  private static final double Z = 1.959963984540054;

  /** Two fractions that differ by more standard deviations are not of the same model. */
  private static final double CONTRADICTION = 5;

  /** From one end to the other, both in [0, 1]. */
  public record Interval(double low, double high) {

    private static Interval around(double middle, double half, double includes) {
      return new Interval(
          Math.max(0, Math.min(includes, middle - half)),
          Math.min(1, Math.max(includes, middle + half)));
    }
  }

  /**
   * The mean over images of the fraction of draws that are right.
   *
   * @param mean the fraction that is right
   * @param overDraws the mean's 95 % interval over draws: how it may differ for other draws of
   *     these samples
   * @param overBoth its 95 % interval over samples and draws: how it may differ for other samples
   *     of their kind
   */
  public record Share(double mean, Interval overDraws, Interval overBoth) {

    /**
     * What was drawn.
     *
     * @param draws of each image
     * @param right for each image, how many of the draws are right
     */
    public static Share of(int draws, int[] right) {
      return new Share(
          Randomness.mean(draws, right),
          Randomness.overDraws(draws, right),
          Randomness.overBoth(draws, right));
    }
  }

  /**
   * The figure by another runtime, which draws by itself.
   *
   * @param runtime its name
   * @param mean the fraction that is right
   * @param overDraws the mean's 95 % interval over draws
   * @param contradicted how many samples it contradicts beyond chance; where the model was fooled,
   *     that does not count
   */
  public record Elsewhere(String runtime, double mean, Interval overDraws, int contradicted) {

    static Elsewhere of(String runtime, int draws, int[] right, int contradicted) {
      double mean = Randomness.mean(draws, right);
      return new Elsewhere(runtime, mean, Randomness.overDraws(draws, right), contradicted);
    }
  }

  /** The fraction that is right at the worst candidates. */
  public double mean() {
    return attacked.mean();
  }

  /** Its interval over draws. */
  public Interval overDraws() {
    return attacked.overDraws();
  }

  /** Its interval over samples and draws. */
  public Interval overBoth() {
    return attacked.overBoth();
  }

  private static double mean(int draws, int[] right) {
    return Arrays.stream(right).average().orElseThrow() / draws;
  }

  /**
   * The samples are as they are. Each one's variance is that of its fraction with one more draw of
   * either kind, so that a sample that was always right is not certain (Laplace's rule).
   */
  private static Interval overDraws(int draws, int[] right) {
    double variance =
        Arrays.stream(right)
            .mapToDouble(count -> (count + 1.0) / (draws + 2))
            .map(p -> p * (1 - p) / draws)
            .sum();
    double mean = mean(draws, right);
    return Interval.around(mean, Z * Math.sqrt(variance) / right.length, mean);
  }

  /**
   * The samples' fractions vary by both. With two more samples that are always right and two that
   * never are: Agresti and Coull: Approximate is better than exact for interval estimation of
   * binomial proportions, 1998, which this is where each fraction is 0 or 1.
   *
   * @param draws of each sample
   * @param right for each sample, how many of the draws count
   */
  public static Interval overBoth(int draws, int[] right) {
    int n = right.length + 4;
    double middle =
        (Arrays.stream(right).mapToDouble(count -> (double) count / draws).sum() + 2) / n;
    double squares =
        Arrays.stream(right).mapToDouble(count -> squared((double) count / draws - middle)).sum()
            + 2 * squared(1 - middle)
            + 2 * squared(middle);
    return Interval.around(middle, Z * Math.sqrt(squares) / n, mean(draws, right));
  }

  private static double squared(double value) {
    return value * value;
  }

  /** Whether two tallies of the same image can hardly be of the same model. */
  static boolean contradict(Tally one, Tally other) {
    double pooled = (double) (one.fooled() + other.fooled()) / (one.draws() + other.draws());
    double variance = pooled * (1 - pooled) * (1.0 / one.draws() + 1.0 / other.draws());
    double difference =
        (double) one.fooled() / one.draws() - (double) other.fooled() / other.draws();
    return Math.abs(difference) > CONTRADICTION * Math.sqrt(variance);
  }
}
