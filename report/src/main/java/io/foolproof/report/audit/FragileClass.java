package io.foolproof.report.audit;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Noun;
import io.foolproof.report.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which class the attacks found easiest, in sentences. A class that is mostly misclassified when
 * clean is not fragile but wrong, and named as such.
 */
final class FragileClass {
  private static final int MOST_NAMES = 5;

  private FragileClass() {}

  /** One sentence or two; none where nothing tells one class from another. */
  static List<String> sentences(AuditResult result, List<ClassOutcome> classes) {
    if (classes.size() < 2) {
      return List.of();
    }
    List<ClassOutcome> correct = classes.stream().filter(ClassOutcome::mostlyCorrect).toList();
    List<ClassOutcome> wrong = classes.stream().filter(one -> !one.mostlyCorrect()).toList();
    boolean closest = result.attacks().stream().anyMatch(attack -> attack.closest() != null);
    List<String> sentences = new ArrayList<>();
    (closest ? byDistance(correct, result.noun()) : byFraction(correct, result.noun()))
        .forEach(sentences::add);
    if (!wrong.isEmpty()) {
      sentences.add(
          "Mostly misclassified without any attack: "
              + wrong.stream()
                  .limit(MOST_NAMES)
                  .map(ClassOutcome::name)
                  .collect(Collectors.joining(", "))
              + (wrong.size() > MOST_NAMES
                  ? " and " + (wrong.size() - MOST_NAMES) + " more."
                  : "."));
    }
    return sentences;
  }

  private static List<String> byDistance(List<ClassOutcome> classes, Noun noun) {
    return classes.stream()
        .filter(one -> Double.isFinite(one.median()))
        .min(Comparator.comparingDouble(ClassOutcome::median))
        .map(
            one ->
                "The most fragile class is %s: a change of %s is enough for half of its %s."
                    .formatted(one.name(), Numbers.decimal(one.median()), noun.many()))
        .stream()
        .toList();
  }

  /** Of the correctly classified images alone; of equal fractions that of most images. */
  private static List<String> byFraction(List<ClassOutcome> classes, Noun noun) {
    return classes.stream()
        .filter(one -> one.fooled() > 0)
        .max(
            Comparator.<ClassOutcome>comparingDouble(FragileClass::fraction)
                .thenComparingInt(ClassOutcome::fooled))
        .map(
            one ->
                "The most fragile class is %s: the attacks fooled %s of its %s (%s)."
                    .formatted(
                        one.name(),
                        Numbers.count(one.fooled()),
                        Numbers.count(one.clean().count(), "correctly classified " + noun.one()),
                        Numbers.percent(fraction(one))))
        .stream()
        .toList();
  }

  private static double fraction(ClassOutcome one) {
    return (double) one.fooled() / one.clean().count();
  }
}
