package io.foolproof.audit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one attack of an audit did.
 *
 * @param name its name in the catalogue
 * @param settings its settings, as they are given on the command line
 * @param tried how many samples it attacked: those that no attack before it fooled
 * @param fooled how many of them it fooled, with witnesses that were replayed
 * @param notReplayed how many successes it claimed that did not hold when replayed alone
 * @param errors for how many samples the model answered with something that is not a number
 * @param robustAccuracy the fraction of all samples that are correctly classified and that it and
 *     those before it did not fool
 * @param seconds the time its batches took, added up over the workers
 * @param forwards how often a sample was evaluated
 * @param backwards how often a sample's gradient was taken
 * @param closest what it found at any distance, where every attack looked for the closest example
 */
public record AttackSummary(
    String name,
    String settings,
    int tried,
    int fooled,
    int notReplayed,
    int errors,
    Proportion robustAccuracy,
    double seconds,
    long forwards,
    long backwards,
    @Nullable Closest closest) {

  /**
   * The distances of the examples that an attack found.
   *
   * @param found for how many samples it found any
   * @param median of the distances of all samples that it tried; a failure counts as infinite
   * @param bestFor for how many samples no other attack came closer
   */
  public record Closest(int found, double median, int bestFor) {

    static Closest of(double[] distances) {
      double[] sorted = Arrays.stream(distances).sorted().toArray();
      int n = sorted.length;
      double median = n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      return new Closest((int) Arrays.stream(sorted).filter(Double::isFinite).count(), median, 0);
    }
  }

  AttackSummary withBestFor(int samples) {
    return new AttackSummary(
        name,
        settings,
        tried,
        fooled,
        notReplayed,
        errors,
        robustAccuracy,
        seconds,
        forwards,
        backwards,
        closest == null ? null : new Closest(closest.found, closest.median, samples));
  }
}
