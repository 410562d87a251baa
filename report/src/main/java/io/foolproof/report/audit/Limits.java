package io.foolproof.report.audit;

import io.foolproof.attack.FlowBounded;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an audit did not test, so that its figures do not cover it. */
final class Limits {
  private Limits() {}

  static List<String> of(AuditResult result) {
    List<String> limits = new ArrayList<>();
    limits.add(attacks(result));
    limits.add(certificates(result));
    limits.add(norms(result));
    if (result.threat().goal() instanceof Goal.Targeted) {
      limits.add("Other targets: only one target class counted; others may be easier to reach.");
    }
    limits.add(samples(result));
    if (result.features() == null) {
      limits.add(
          (result.threat() instanceof FlowBounded
                  ? "Other natural and physical changes: scale, blur,"
                  : "Natural and physical changes: rotation, shift, blur,")
              + " lighting, occlusion, printing and photographing.");
      limits.add(levels(result));
    } else {
      limits.add(
          "Relations between features: each stayed in its own box, and categories of a group"
              + " excluded each other; whether a changed row can exist otherwise was not judged.");
    }
    int errors = result.count(Verdict.ERROR).count();
    if (errors > 0) {
      limits.add(
          Numbers.count(errors, "sample")
              + " on which the model's output was NaN or infinite and no attack succeeded: counted as"
              + " misclassified.");
    }
    int notReplayed = result.attacks().stream().mapToInt(AttackSummary::notReplayed).sum();
    if (notReplayed > 0) {
      limits.add(
          Numbers.count(notReplayed, "claimed success", "claimed successes")
              + " that did not hold when replayed alone: not counted as fooled.");
    }
    return limits;
  }

  private static String attacks(AuditResult result) {
    if (result.attacks().isEmpty()) {
      return "Attacks: none was run.";
    }
    String names =
        result.attacks().stream()
            .filter(attack -> !attack.isOfShortAttacks())
            .map(AttackSummary::name)
            .distinct()
            .collect(Collectors.joining(", "));
    return "Other attacks: only "
        + names
        + " ran, with the settings above. Stronger, longer or different ones may fool samples that"
        + " are unknown here.";
  }

  private static String certificates(AuditResult result) {
    int proved = result.count(Verdict.PROVED).count();
    return proved == 0
        ? "Proofs: nothing is proved. That no attack succeeded on a sample does not mean that none"
            + " can."
        : "Proofs: nothing is proved except for the "
            + Numbers.count(proved, "sample")
            + " with a checked certificate.";
  }

  private static String norms(AuditResult result) {
    String symbol = result.threat().symbol();
    String others =
        Stream.concat(Norm.ofValues().stream().map(Norm::symbol), Stream.of("flow"))
            .filter(other -> !other.equals(symbol))
            .collect(Collectors.joining(", "));
    boolean closest = result.attacks().stream().anyMatch(attack -> attack.closest() != null);
    return (closest
            ? "Other norms: all attacks minimised the change in " + symbol
            : "Larger changes, and other norms: all attacks stayed within "
                + new ThreatWords(result).brief())
        + "; these figures do not cover "
        + others
        + ".";
  }

  private static String levels(AuditResult result) {
    if (result.threat().levels() > 0) {
      return "Values between levels: all attacks were restricted to "
          + Numbers.count(result.threat().levels())
          + " levels; a service that accepts real numbers may be fooled by smaller changes.";
    }
    Proportion rounded = result.surviveRounding();
    return rounded == null
        ? "8-bit images: the attacks searched among real-valued pixels."
        : "8-bit images: the attacks searched among real-valued pixels, and of what they found "
            + Numbers.percent(rounded)
            + " still fools after rounding to 8 bits; a search among 8-bit images (--levels 256) may find more.";
  }

  private static String samples(AuditResult result) {
    LongSummaryStatistics indices =
        result.samples().stream().mapToLong(SampleVerdict::index).summaryStatistics();
    String many = result.noun().many();
    return "Other "
        + many
        + ": "
        + Numbers.count(result.samples().size(), "sample")
        + " of "
        + result.data().name()
        + " were audited, with indices from "
        + indices.getMin()
        + " to "
        + indices.getMax()
        + ". The 95 % intervals (Wilson) apply to other "
        + many
        + " only if these are a random sample of them.";
  }
}
