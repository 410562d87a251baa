package io.foolproof.report.audit;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Verdict;
import io.foolproof.report.Numbers;

/** The answer of an audit in one sentence, which claims no more than was found. */
final class Headline {
  private Headline() {}

  static String of(AuditResult result) {
    boolean flattered = !result.warnings().isEmpty() && result.robustAccuracy().count() > 0;
    return plain(result)
        + (flattered ? " There are signs that the attacks should have found more." : "");
  }

  private static String plain(AuditResult result) {
    String model = result.subject().model();
    ThreatWords threat = new ThreatWords(result);
    int right = result.cleanAccuracy().count();
    int fooled = result.count(Verdict.FOOLED).count();
    int proved = result.count(Verdict.PROVED).count();
    if (right == 0) {
      return model
          + " classifies none of the "
          + Numbers.count(result.samples().size(), "image")
          + " rightly: there was nothing to attack.";
    }
    if (fooled > 0) {
      return "An attacker who %s fools %s%s on %s."
          .formatted(threat.allowance(), model, threat.into(), ofRight(fooled, right));
    }
    if (proved == right) {
      return "No attacker who %s can fool %s%s on %s: that is proved."
          .formatted(threat.allowance(), model, threat.into(), anyOf(right));
    }
    if (result.attacks().isEmpty()) {
      return "No attack was run against " + model + ": what would fool it is unknown.";
    }
    return "%s fooled %s%s on %s%s."
        .formatted(
            result.attacks().size() == 1
                ? "The one attack that was tried never"
                : "None of the " + result.attacks().size() + " attacks that were tried",
            model,
            threat.into(),
            anyOf(right),
            proved == 0
                ? ", which proves nothing about other attacks"
                : "; of these, "
                    + Numbers.count(proved)
                    + " proved and "
                    + Numbers.count(right - proved)
                    + " unknown");
  }

  private static String ofRight(int fooled, int right) {
    if (fooled == right) {
      return right == 1 ? anyOf(right) : "all " + classifiedRightly(right);
    }
    return Numbers.count(fooled) + " of the " + classifiedRightly(right);
  }

  private static String anyOf(int right) {
    return right == 1
        ? "the only image that it classifies rightly"
        : "any of the " + classifiedRightly(right);
  }

  private static String classifiedRightly(int right) {
    return Numbers.count(right) + " images that it classifies rightly";
  }
}
