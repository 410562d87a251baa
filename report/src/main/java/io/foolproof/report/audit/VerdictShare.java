package io.foolproof.report.audit;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import java.util.List;
import java.util.Locale;

/** How many samples a verdict was given to, and what it means. */
record VerdictShare(Verdict verdict, Proportion share, String meaning) {

  /** All verdicts, from the best to the worst; together they are all samples. */
  static List<VerdictShare> of(AuditResult result) {
    String one = result.noun().one();
    return List.of(
        new VerdictShare(
            Verdict.PROVED,
            result.count(Verdict.PROVED),
            "no change that the attacker may make can fool the model; a certificate of this was checked"),
        new VerdictShare(
            Verdict.UNKNOWN,
            result.count(Verdict.UNKNOWN),
            "no attack of this audit succeeded, which proves nothing: another attack may"),
        new VerdictShare(
            Verdict.FOOLED,
            result.count(Verdict.FOOLED),
            "an adversarial "
                + one
                + " was found, and still fooled the model when it was replayed alone"),
        new VerdictShare(
            Verdict.MISCLASSIFIED,
            result.count(Verdict.MISCLASSIFIED),
            "the clean " + one + " is misclassified already"),
        new VerdictShare(
            Verdict.ERROR,
            result.count(Verdict.ERROR),
            "the model's output was NaN or infinite; counted as misclassified"));
  }

  /** As it is written in files and text. */
  static String id(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  String id() {
    return id(verdict);
  }
}
