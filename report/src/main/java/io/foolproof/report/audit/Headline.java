package io.foolproof.report.audit;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Noun;
import io.foolproof.audit.Verdict;
import io.foolproof.report.Numbers;

/** The answer of an audit in one sentence, which claims no more than was found. */
final class Headline {
  private Headline() {}

  static String of(AuditResult result) {
    return result
        .wrongSetUp()
        .map(
            sign ->
                "%s (%s). Until the cause is found, this audit says nothing about %s."
                    .formatted(sign.title(), sign.figure(), result.subject().model().name()))
        .orElseGet(() -> found(result));
  }

  private static String found(AuditResult result) {
    boolean left = result.robustAccuracy().count() > 0;
    boolean fixed = result.warnings().stream().anyMatch(Headline::isNoRoom);
    boolean flattered = !result.warnings().stream().allMatch(Headline::isNoRoom);
    return plain(result)
        + (left && fixed ? " Next to nothing may change within epsilon." : "")
        + (left && flattered ? " There are signs that the attacks should have found more." : "");
  }

  /** That sign is about the threat model, and not about the attacks. */
  private static boolean isNoRoom(Diagnostic sign) {
    return sign.id().equals("nothing-may-change");
  }

  private static String plain(AuditResult result) {
    String model = result.subject().model().name();
    ThreatWords threat = new ThreatWords(result);
    Noun noun = result.noun();
    int correct = result.cleanAccuracy().count();
    int fooled = result.count(Verdict.FOOLED).count();
    int proved = result.count(Verdict.PROVED).count();
    if (correct == 0) {
      return model
          + " classifies none of the "
          + Numbers.count(result.samples().size(), result.noun().one())
          + " correctly: there was nothing to attack.";
    }
    if (fooled > 0) {
      return "An attacker who %s fools %s%s on %s."
          .formatted(threat.allowance(), model, threat.into(), ofCorrect(fooled, correct, noun));
    }
    if (proved == correct) {
      return "No attacker who %s can fool %s%s on %s: that is proved."
          .formatted(threat.allowance(), model, threat.into(), anyOf(correct, noun));
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
            anyOf(correct, noun),
            proved == 0
                ? ", which proves nothing about other attacks"
                : "; of these, "
                    + Numbers.count(proved)
                    + " proved and "
                    + Numbers.count(correct - proved)
                    + " unknown");
  }

  private static String ofCorrect(int fooled, int correct, Noun noun) {
    if (fooled == correct) {
      return correct == 1 ? anyOf(correct, noun) : "all " + all(correct, noun);
    }
    return Numbers.count(fooled) + " of the " + all(correct, noun);
  }

  private static String anyOf(int correct, Noun noun) {
    return correct == 1
        ? "the only " + noun.one() + " that it classifies correctly"
        : "any of the " + all(correct, noun);
  }

  private static String all(int correct, Noun noun) {
    return Numbers.count(correct) + " " + noun.many() + " that it classifies correctly";
  }
}
