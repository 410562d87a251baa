package io.foolproof.study.run;

import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import java.time.Duration;
import java.util.Collection;

/**
 * How long figures will take: what they take on MNIST on the machine of {@code docs/study.md},
 * times how much longer those took here that were computed by now.
 */
final class TimeLeft {
  /** Seconds by the figures' numbers, from 1: measured. */
  private static final double[] QUICK = {
    0, 0.6, 0, 3.9, 27.7, 4.6, 15.3, 11.7, 0.4, 2.8, 23.4, 0.3, 7.2, 8.6, 34.6, 23.4, 1.9, 27.9,
    55.7, 0.2
  };

  /** Estimated: those of the quick study times how much more is computed. */
  private static final double[] FULL = {
    0, 0.6, 0, 3.9, 150, 700, 300, 110, 0.4, 56, 4000, 0.3, 300, 150, 5000, 800, 19, 2300, 40_000,
    0.2
  };

  /** Those of a thousandth of a second tell nothing about a machine. */
  private static final double SHORTEST = 1;

  private final double[] usual;
  private double took;
  private double expected;

  TimeLeft(Extent extent) {
    usual = extent == Extent.QUICK ? QUICK : FULL;
  }

  private double usual(Figure<?> figure) {
    return usual[figure.number() - 1];
  }

  /** So long a figure took here, from its beginning. */
  void took(Figure<?> figure, double seconds) {
    if (usual(figure) >= SHORTEST) {
      took += seconds;
      expected += usual(figure);
    }
  }

  /** Of these figures, none of which has begun. */
  Duration of(Collection<Figure<?>> left) {
    double slower = expected > 0 ? took / expected : 1;
    double seconds = left.stream().mapToDouble(this::usual).sum();
    return Duration.ofMillis(Math.round(1000 * slower * seconds));
  }
}
