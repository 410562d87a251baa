package io.foolproof.report.evidence;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Layout;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.ci.Technique;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that has to be known to check an audit once more: {@code plan.json}.
 *
 * @param format of the pack
 * @param version of the program
 * @param plan all that the verdicts depend on, by name: {@link
 *     io.foolproof.audit.AuditPlan#identity}
 * @param attacks in the order in which they ran, with what two taxonomies call them
 * @param images whether the clean images are in the pack
 * @param proofs how many proofs are in the pack
 */
record PackPlan(
    String format,
    String version,
    Model model,
    Data data,
    Threat threat,
    long seed,
    Map<String, String> plan,
    List<Step> attacks,
    boolean images,
    int proofs) {
  static final String FORMAT = "foolproof evidence 1";

  /**
   * The model's file, and what is done to images before it takes them.
   *
   * @param output the name of the output that counts; null for the file's own
   */
  record Model(
      String name,
      String sha256,
      @Nullable String output,
      double low,
      double high,
      float[] mean,
      float[] std,
      String layout) {

    Preprocessing preprocessing() {
      return new Preprocessing(low, high, mean, std, Layout.parse(layout));
    }
  }

  /**
   * The samples.
   *
   * @param eightBit whether pixels are 8-bit levels
   */
  record Data(
      String name,
      String selection,
      String sha256,
      int samples,
      int channels,
      int height,
      int width,
      boolean eightBit,
      List<String> classNames) {}

  /**
   * What the attacker may do.
   *
   * @param target class; null for any wrong class
   */
  record Threat(String norm, double epsilon, int levels, @Nullable Integer target) {
    static Threat of(ThreatModel threat) {
      return new Threat(
          threat.id(),
          threat.epsilon(),
          threat.levels(),
          threat.goal() instanceof Goal.Targeted targeted ? targeted.target() : null);
    }

    /** What follows epsilon in words: nothing, where a value may be any. */
    String ofLevels() {
      return levels == 0 ? "" : " and only %d levels of each value".formatted(levels);
    }

    ThreatModel model() {
      Goal goal = target == null ? new Goal.Untargeted() : new Goal.Targeted(target);
      return ThreatModel.of(norm, epsilon, goal, levels);
    }
  }

  /** An attack, with the terms of MITRE ATLAS and of NIST AI 100-2 E2025. */
  record Step(String settings, List<Term> terms) {
    /** Of an attack's settings. */
    static Step of(String settings) {
      Attack attack = Attacks.parse(settings);
      Technique technique = Technique.of(attack);
      return new Step(
          settings,
          List.of(
              new Term("MITRE ATLAS", technique.id(), technique.title()),
              new Term("MITRE ATLAS", Technique.EVADE.id(), Technique.EVADE.title()),
              // Attacks by other models are black-box attacks there, section 2.2.3.
              attack.knowledge() == Knowledge.WHITE_BOX && technique != Technique.TRANSFER
                  ? new Term("NIST AI 100-2 E2025", "NISTAML.022", "Evasion, white-box")
                  : new Term("NIST AI 100-2 E2025", "NISTAML.025", "Black-box evasion")));
    }
  }

  /** A term of a taxonomy. */
  record Term(String taxonomy, String id, String title) {}

  static PackPlan of(
      AuditResult result,
      String version,
      @Nullable String output,
      Preprocessing preprocessing,
      boolean images,
      int proofs) {
    ImageSet data = result.data();
    return new PackPlan(
        FORMAT,
        version,
        new Model(
            result.subject().model().name(),
            result.subject().model().identity(),
            output,
            preprocessing.low(),
            preprocessing.high(),
            preprocessing.mean(),
            preprocessing.std(),
            preprocessing.layout().toString()),
        new Data(
            data.name(),
            data.selection(),
            data.sha256(),
            data.size(),
            data.channels(),
            data.height(),
            data.width(),
            data.eightBit(),
            data.classNames()),
        Threat.of(result.threat()),
        result.seed(),
        result.subject().plan(),
        result.attacks().stream()
            .filter(attack -> !attack.isOfShortAttacks())
            .map(AttackSummary::settings)
            .map(Step::of)
            .toList(),
        images,
        proofs);
  }
}
