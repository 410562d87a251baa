package io.foolproof.audit;

import java.util.Locale;

/**
 * A fraction of samples, with what it says about all samples of their kind.
 *
 * @param count how many have the property
 * @param total out of how many
 */
public record Proportion(int count, int total) {
  /** The standard normal quantile of a two-sided interval at 95 %. */
  private static final double Z = 1.959963984540054;

  /** Checks the counts. */
  public Proportion {
    if (count < 0 || count > total || total < 1) {
      throw new IllegalArgumentException(count + " of " + total);
    }
  }

  /** So many of them that the fraction is this one. */
  public static Proportion of(double fraction, int total) {
    return new Proportion((int) Math.round(fraction * total), total);
  }

  /** The fraction, in [0, 1]. */
  public double value() {
    return (double) count / total;
  }

  /** The lower end of the 95 % interval. */
  public double low() {
    return count == 0 ? 0 : centre() - halfWidth();
  }

  /** The upper end of the 95 % interval. */
  public double high() {
    return count == total ? 1 : centre() + halfWidth();
  }

  /*
   * Wilson: Probable inference, the law of succession, and statistical inference, 1927. Unlike the
   * usual plus-minus it stays in [0, 1] and is right near its ends, where audits end.
   */

  private double centre() {
    return (value() + Z * Z / (2 * total)) / (1 + Z * Z / total);
  }

  private double halfWidth() {
    double spread = value() * (1 - value()) / total + Z * Z / (4.0 * total * total);
    return Z * Math.sqrt(spread) / (1 + Z * Z / total);
  }

  /** For people: 87 of 100 (95 % interval 0.790 to 0.922). */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%d of %d (95 %% interval %.3f to %.3f)", count, total, low(), high());
  }
}
