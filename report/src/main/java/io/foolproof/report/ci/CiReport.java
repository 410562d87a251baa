package io.foolproof.report.ci;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.audit.baseline.BaselineGate;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Numbers;
import io.foolproof.report.audit.ThreatWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An audit as a build sees it.
 *
 * @param result what was found
 * @param model the model's file, relative to the source root; its name where it is no file there
 * @param version of the program
 * @param gate how a gate judged the audit; null where there is none
 * @param baseline how it stands against a baseline; null where there is none
 */
public record CiReport(
    AuditResult result,
    String model,
    String version,
    Gate.@Nullable Outcome gate,
    BaselineGate.@Nullable Outcome baseline) {

  /**
   * A class of the data.
   *
   * @param name its name
   * @param notFooled how many of its samples no attack fooled, clean ones that are misclassified
   *     counted as fooled
   */
  record ClassRow(String name, Proportion notFooled) {}

  /** All classes that have a sample, by label. */
  List<ClassRow> classes() {
    ClassNames names = new ClassNames(result.data().classNames());
    Map<Integer, List<SampleVerdict>> byLabel =
        result.samples().stream()
            .collect(
                Collectors.groupingBy(SampleVerdict::label, TreeMap::new, Collectors.toList()));
    List<ClassRow> rows = new ArrayList<>();
    byLabel.forEach(
        (label, samples) -> {
          int notFooled =
              (int)
                  samples.stream()
                      .filter(s -> s.verdict() == Verdict.UNKNOWN || s.verdict() == Verdict.PROVED)
                      .count();
          rows.add(new ClassRow(names.of(label), new Proportion(notFooled, samples.size())));
        });
    return rows;
  }

  /** Whether no gate failed. */
  boolean passed() {
    return (gate == null || gate.passed()) && (baseline == null || baseline.passed());
  }

  /** What is wrong, the worst first. */
  List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    List<Diagnostic> signs = result.warnings();
    List<Diagnostic> failing = new ArrayList<>();
    if (gate != null && !gate.passed()) {
      failing.addAll(gate.failedBy());
      if (gate.failedBy().isEmpty()) {
        failures.add(new Failure(Rule.GATE, "", true, sentence(gate.reason())));
      }
    }
    if (baseline != null) {
      failing.addAll(baseline.signs().failedBy());
      if (!baseline.worse().isEmpty()) {
        failures.add(new Failure(Rule.NEWLY_FOOLED, "", true, sentence(baseline.worse())));
      }
    }
    boolean wrongSetUp = result.wrongSetUp().isPresent();
    for (Diagnostic sign : signs) {
      boolean setUp = wrongSetUp && sign.id().equals(result.wrongSetUp().get().id());
      failures.add(
          new Failure(
              setUp ? Rule.CLEAN_ACCURACY : Rule.MASKED_GRADIENTS,
              sign.id(),
              failing.contains(sign) || ((setUp || !result.isFinished()) && !passed()),
              sign.title() + ": " + sign.sentence()));
    }
    if (!wrongSetUp) {
      failures.addAll(fragile());
    }
    failures.sort((one, other) -> Boolean.compare(other.failsBuild(), one.failsBuild()));
    return failures;
  }

  /** Classes whose interval lies below the fraction of all samples. */
  private List<Failure> fragile() {
    Proportion all = result.robustAccuracy();
    return classes().stream()
        .filter(row -> row.notFooled().high() < all.low())
        .map(
            row ->
                new Failure(
                    Rule.FRAGILE_CLASS,
                    row.name(),
                    false,
                    "Class %s: %s of its %s not fooled (%s), of all %s."
                        .formatted(
                            row.name(),
                            Numbers.count(row.notFooled().count()),
                            Numbers.count(row.notFooled().total(), result.noun().one()),
                            Numbers.percent(row.notFooled()),
                            Numbers.percent(all))))
        .toList();
  }

  private static String sentence(String reason) {
    return Character.toUpperCase(reason.charAt(0)) + reason.substring(1) + ".";
  }

  /** The figure that a build is about. */
  String figure() {
    AuditResult.Estimate robust = result.robustEstimate();
    Proportion proved = result.provedAccuracy();
    return "%s: robust accuracy %s%s (95 %% %s to %s), clean %s, %s."
        .formatted(
            new ThreatWords(result).brief(),
            proved.count() == 0
                ? "at most "
                : "at least %s (95 %% %s to %s), at most "
                    .formatted(
                        Numbers.percent(proved),
                        Numbers.percent(proved.low()),
                        Numbers.percent(proved.high())),
            Numbers.percent(robust.value()),
            Numbers.percent(robust.low()),
            Numbers.percent(robust.high()),
            Numbers.percent(result.cleanEstimate().value()),
            Numbers.count(result.samples().size(), result.noun().one()));
  }

  /** What the attacks that fooled a sample knew of the model. */
  List<Technique> techniques() {
    List<Technique> techniques = new ArrayList<>();
    for (AttackSummary attack : result.attacks()) {
      if (attack.fooled() > 0 && !attack.isOfShortAttacks()) {
        Technique technique = Technique.of(Attacks.parse(attack.settings()));
        if (!techniques.contains(technique)) {
          techniques.add(technique);
        }
      }
    }
    if (!techniques.isEmpty()) {
      techniques.add(Technique.EVADE);
    }
    return techniques;
  }
}
