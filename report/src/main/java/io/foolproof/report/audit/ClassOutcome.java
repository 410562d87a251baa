package io.foolproof.report.audit;

import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.report.ClassNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The accuracy of one class.
 *
 * @param label the class
 * @param name its name
 * @param clean the fraction that is correctly classified when clean
 * @param robust the fraction on which no attack succeeded
 * @param median distance of the closest examples, where every attack was a minimal-norm attack;
 *     infinite where most samples have none, NaN after other attacks
 */
record ClassOutcome(int label, String name, Proportion clean, Proportion robust, double median) {

  /** One for every class that has a sample, by label. */
  static List<ClassOutcome> of(AuditResult result) {
    ClassNames names = new ClassNames(result.data().classNames());
    Map<Integer, List<SampleVerdict>> byLabel =
        result.samples().stream()
            .collect(
                Collectors.groupingBy(SampleVerdict::label, TreeMap::new, Collectors.toList()));
    List<ClassOutcome> outcomes = new ArrayList<>();
    byLabel.forEach((label, samples) -> outcomes.add(of(label, names.of(label), samples, result)));
    return outcomes;
  }

  /** To the closest example; 0 for a misclassified clean image, infinite where none is known. */
  static double distance(SampleVerdict sample, ThreatModel threat) {
    return switch (sample.verdict()) {
      case MISCLASSIFIED, ERROR -> 0;
      case FOOLED, UNKNOWN, PROVED ->
          sample.witness() == null
              ? Double.POSITIVE_INFINITY
              : threat.size(sample.witness().distances());
    };
  }

  /** Whether at least half of the samples are correctly classified when clean. */
  boolean mostlyCorrect() {
    return 2 * clean.count() >= clean.total();
  }

  /** How many of the correctly classified samples were fooled. */
  int fooled() {
    return clean.count() - robust.count();
  }

  /** Of the distances to the closest examples; NaN unless every attack looked for those. */
  static double median(List<SampleVerdict> samples, AuditResult result) {
    if (result.attacks().stream().allMatch(attack -> attack.closest() == null)) {
      return Double.NaN;
    }
    double[] sorted =
        samples.stream().mapToDouble(s -> distance(s, result.threat())).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static ClassOutcome of(
      int label, String name, List<SampleVerdict> samples, AuditResult result) {
    int correct = 0;
    int unfooled = 0;
    for (SampleVerdict sample : samples) {
      switch (sample.verdict()) {
        case PROVED, UNKNOWN -> {
          correct++;
          unfooled++;
        }
        case FOOLED -> correct++;
        case MISCLASSIFIED, ERROR -> {}
      }
    }
    int total = samples.size();
    return new ClassOutcome(
        label,
        name,
        new Proportion(correct, total),
        new Proportion(unfooled, total),
        median(samples, result));
  }
}
