package io.foolproof.audit.hull;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How far two figures go together.
 *
 * @param count of how many samples
 * @param pearson of the figures themselves, -1 to 1
 * @param spearman of their ranks, equal figures sharing the mean of theirs (Spearman, 1904)
 */
public record Correlation(int count, double pearson, double spearman) {
  /** With fewer samples there is no correlation worth the name. */
  private static final int FEWEST = 3;

  /** Of figures in pairs; empty for fewer than three, or where one of them never changes. */
  public static Optional<Correlation> of(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " figures against " + y.length);
    }
    if (x.length < FEWEST || constant(x) || constant(y)) {
      return Optional.empty();
    }
    return Optional.of(new Correlation(x.length, pearson(x, y), pearson(ranks(x), ranks(y))));
  }

  private static boolean constant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  private static double pearson(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
      xy += (x[i] - meanX) * (y[i] - meanY);
    }
    return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    int from = 0;
    while (from < order.length) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int k = from; k < to; k++) {
        ranks[order[k]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
