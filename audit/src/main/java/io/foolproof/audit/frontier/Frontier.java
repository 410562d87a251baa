package io.foolproof.audit.frontier;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Audits of several models on the same images under the same threat: clean error against robust
 * error, so that what robustness costs can be seen.
 *
 * @param entries in the order in which they were given
 */
public record Frontier(List<Entry> entries) {
  /**
   * A model of a frontier.
   *
   * @param name what to call it
   * @param result its audit
   */
  public record Entry(String name, AuditResult result) {

    /** The fraction of clean images that are misclassified; of a randomised model, in the mean. */
    public double cleanError() {
      return 1 - result.cleanEstimate().value();
    }

    /** The lower end of its 95 % interval. */
    public double cleanErrorLow() {
      return 1 - result.cleanEstimate().high();
    }

    /** The upper end of that interval. */
    public double cleanErrorHigh() {
      return 1 - result.cleanEstimate().low();
    }

    /** A lower bound on the fraction that is misclassified under attack. */
    public double robustError() {
      return 1 - result.robustEstimate().value();
    }

    /** The lower end of the robust accuracy's 95 % interval: over images and, if any, draws. */
    public double robustLow() {
      return result.robustEstimate().low();
    }

    /** The upper end of that interval. */
    public double robustHigh() {
      return result.robustEstimate().high();
    }

    /** The attack that fooled the last samples that were fooled; empty where none fooled any. */
    public String decidedBy() {
      List<AttackSummary> successful =
          result.attacks().stream().filter(attack -> attack.fooled() > 0).toList();
      return successful.isEmpty() ? "" : successful.get(successful.size() - 1).settings();
    }

    /**
     * Signs that its figures are not to be believed. Where nothing is left, those that say that
     * more would fall say nothing.
     */
    public List<Diagnostic> doubts() {
      return robustError() < 1
          ? result.warnings()
          : result.warnings().stream().filter(Diagnostic::isAboutMoreThanAttacks).toList();
    }
  }

  /**
   * Checks that the audits can be compared.
   *
   * @throws InvalidInputException when two have the same name, other images or another threat
   */
  public Frontier {
    entries = List.copyOf(entries);
    if (entries.isEmpty()) {
      throw new InvalidInputException("a frontier takes one model or more, found none");
    }
    Set<String> names = new HashSet<>();
    AuditResult first = entries.get(0).result();
    for (Entry entry : entries) {
      AuditResult result = entry.result();
      if (!names.add(entry.name())) {
        throw new InvalidInputException("two models are called '" + entry.name() + "'");
      }
      if (!result.data().sha256().equals(first.data().sha256())
          || !result.threat().equals(first.threat())) {
        throw new InvalidInputException(
            "'%s' was audited on other images or under another threat than '%s': audit all alike"
                .formatted(entry.name(), entries.get(0).name()));
      }
    }
  }

  /**
   * What to attack a model with where nothing is said: of a randomised one the mean of many draws;
   * of any other the suite fast, which lets gradients pass steps and clips.
   */
  public static Suite.Choice attacksOn(Classifier model, ThreatModel threat) {
    return (model.drawsAtRandom() ? Suite.RAND : Suite.FAST).choice(threat, 1);
  }

  /**
   * Whether another model has neither more clean error nor more robust error, and less of one. What
   * is in doubt dominates nothing.
   */
  public boolean isDominated(Entry entry) {
    return entries.stream()
        .filter(other -> other.doubts().isEmpty())
        .anyMatch(
            other ->
                other.cleanError() <= entry.cleanError()
                    && other.robustError() <= entry.robustError()
                    && (other.cleanError() < entry.cleanError()
                        || other.robustError() < entry.robustError()));
  }
}
