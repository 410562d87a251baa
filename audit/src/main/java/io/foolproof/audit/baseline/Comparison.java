package io.foolproof.audit.baseline;

import io.foolproof.audit.Verdict;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Two audits with the same plan, sample by sample. <em>Not fooled</em> is a sample that is
 * correctly classified and that no attack fooled; misclassified samples and errors count as fooled.
 *
 * @param before what is compared with
 * @param now what is compared
 * @param changes the samples that are fooled in one alone, by index
 * @param neitherFooled samples that are fooled in neither
 * @param bothFooled samples that are in neither
 */
public record Comparison(
    Baseline before, Baseline now, List<Change> changes, int neitherFooled, int bothFooled) {
  /** The standard normal quantile of a two-sided interval at 95 %. */
  private static final double Z = 1.959963984540054;

  /** Copies the list. */
  public Comparison {
    changes = List.copyOf(changes);
  }

  /** A sample whose verdict differs, in what counts. */
  public record Change(long index, Verdict before, Verdict now) {
    /** Whether it is fooled now, and was not before. */
    public boolean isNewlyFooled() {
      return Baseline.isNotFooled(before);
    }
  }

  /**
   * Compares.
   *
   * @throws InvalidInputException where plan, data or seed differ, so that nothing can be said
   */
  public static Comparison of(Baseline before, Baseline now) {
    requireSamePlan(before.plan(), now.plan());
    if (!before.verdicts().keySet().equals(now.verdicts().keySet())) {
      throw new InvalidInputException(
          "the baseline has %,d samples and this audit %,d, or others: not comparable; freeze again"
              .formatted(before.verdicts().size(), now.verdicts().size()));
    }
    List<Change> changes = new ArrayList<>();
    int notFooled = 0;
    int fooled = 0;
    for (Map.Entry<Long, Verdict> sample : now.verdicts().entrySet()) {
      Verdict then = Objects.requireNonNull(before.verdicts().get(sample.getKey()), "same keys");
      boolean was = Baseline.isNotFooled(then);
      boolean is = Baseline.isNotFooled(sample.getValue());
      if (was != is) {
        changes.add(new Change(sample.getKey(), then, sample.getValue()));
      } else if (is) {
        notFooled++;
      } else {
        fooled++;
      }
    }
    return new Comparison(before, now, changes, notFooled, fooled);
  }

  static void requireSamePlan(Map<String, String> before, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      String then = before.getOrDefault(name, "none");
      String here = now.getOrDefault(name, "none");
      if (!then.equals(here)) {
        throw new InvalidInputException(
            ("not comparable: '%s' of the baseline is %s, and of this audit %s; audit with the same"
                    + " settings, or freeze again")
                .formatted(name, shortened(then), shortened(here)));
      }
    }
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  /** Whether both audits were of one model. */
  public boolean isSameModel() {
    return before.identity().equals(now.identity());
  }

  /** Whether the same libraries computed both, with the same kernels. */
  public boolean isSameEngine() {
    return before.engine().equals(now.engine());
  }

  /** How many samples there are. */
  public int samples() {
    return changes.size() + neitherFooled + bothFooled;
  }

  /** Samples that are fooled now, and were not before. */
  public int newlyFooled() {
    return (int) changes.stream().filter(Change::isNewlyFooled).count();
  }

  /** Samples that were fooled before, and are not now. */
  public int noLongerFooled() {
    return changes.size() - newlyFooled();
  }

  /** Robust accuracy now less that before. */
  public double difference() {
    return (double) (noLongerFooled() - newlyFooled()) / samples();
  }

  /**
   * The probability that as many of the changes or more are for the worse, where either way is as
   * likely: the exact one-sided test of McNemar (Note on the sampling error of the difference
   * between correlated proportions or percentages, 1947); 1 where nothing changed.
   */
  public double pValue() {
    int changed = changes.size();
    int worse = newlyFooled();
    double logTerm = -changed * Math.log(2);
    double tail = 0;
    for (int k = 0; k <= changed; k++) {
      tail += k >= worse ? Math.exp(logTerm) : 0;
      logTerm += Math.log((double) (changed - k) / (k + 1));
    }
    return Math.min(1, tail);
  }

  /**
   * The 95 % interval of {@link #difference} over samples of this kind, lower end first: method 10
   * of Newcombe (Improved confidence intervals for the difference between binomial proportions
   * based on paired data, 1998).
   */
  public double[] interval() {
    int n = samples();
    double better = neitherFooled + noLongerFooled();
    double worse = neitherFooled + newlyFooled();
    double[] now = wilson(better, n);
    double[] then = wilson(worse, n);
    double phi = correlation();
    double p = better / n;
    double q = worse / n;
    return new double[] {
      difference() - spread(p - now[0], then[1] - q, phi),
      difference() + spread(now[1] - p, q - then[0], phi)
    };
  }

  private static double spread(double one, double other, double phi) {
    return Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
  }

  /** Of the two verdicts of a sample, with the correction for continuity of method 10. */
  private double correlation() {
    double e = neitherFooled;
    double f = noLongerFooled();
    double g = newlyFooled();
    double h = bothFooled;
    double product = (e + f) * (g + h) * (e + g) * (f + h);
    if (product == 0) {
      return 0;
    }
    double covariance = e * h - f * g;
    double corrected = covariance > 0 ? Math.max(covariance - samples() / 2.0, 0) : covariance;
    return corrected / Math.sqrt(product);
  }

  private static double[] wilson(double count, int total) {
    double value = count / total;
    double z = Z * Z / total;
    double centre = (value + z / 2) / (1 + z);
    double half = Z * Math.sqrt(value * (1 - value) / total + z / (4 * total)) / (1 + z);
    return new double[] {Math.max(0, centre - half), Math.min(1, centre + half)};
  }
}
