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
 * How the samples of one class fared.
 *
 * @param label the class
 * @param name its name
 * @param clean the share that is classified rightly when clean
 * @param standing the share on which no attack succeeded
 * @param median distance of the closest examples, where every attack looked for them; infinite
 *     where there is none for most samples, and not a number where nobody looked
 */
record ClassOutcome(int label, String name, Proportion clean, Proportion standing, double median) {

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

  /** How far the closest example is; 0 for what is wrong already, infinite where none is known. */
  static double distance(SampleVerdict sample, ThreatModel threat) {
    return switch (sample.verdict()) {
      case MISCLASSIFIED, ERROR -> 0;
      case FOOLED, UNKNOWN, PROVED ->
          sample.witness() == null
              ? Double.POSITIVE_INFINITY
              : threat.size(sample.witness().distances());
    };
  }

  private static double median(List<SampleVerdict> samples, AuditResult result) {
    if (result.attacks().stream().allMatch(attack -> attack.closest() == null)) {
      return Double.NaN;
    }
    double[] sorted =
        samples.stream().mapToDouble(s -> distance(s, result.threat())).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static ClassOutcome of(
      int label, String name, List<SampleVerdict> samples, AuditResult result) {
    int right = 0;
    int standing = 0;
    for (SampleVerdict sample : samples) {
      switch (sample.verdict()) {
        case PROVED, UNKNOWN -> {
          right++;
          standing++;
        }
        case FOOLED -> right++;
        case MISCLASSIFIED, ERROR -> {}
      }
    }
    int total = samples.size();
    return new ClassOutcome(
        label,
        name,
        new Proportion(right, total),
        new Proportion(standing, total),
        median(samples, result));
  }
}
