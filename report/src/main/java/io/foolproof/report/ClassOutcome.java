package io.foolproof.report;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
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
 */
record ClassOutcome(int label, String name, Proportion clean, Proportion standing) {

  /** One for every class that has a sample, by label. */
  static List<ClassOutcome> of(AuditResult result) {
    ClassNames names = new ClassNames(result.data().classNames());
    Map<Integer, List<SampleVerdict>> byLabel =
        result.samples().stream()
            .collect(
                Collectors.groupingBy(SampleVerdict::label, TreeMap::new, Collectors.toList()));
    List<ClassOutcome> outcomes = new ArrayList<>();
    byLabel.forEach((label, samples) -> outcomes.add(of(label, names.of(label), samples)));
    return outcomes;
  }

  private static ClassOutcome of(int label, String name, List<SampleVerdict> samples) {
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
        label, name, new Proportion(right, total), new Proportion(standing, total));
  }
}
