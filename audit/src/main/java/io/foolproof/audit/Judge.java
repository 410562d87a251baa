package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates and attacks samples, and checks what attacks claim: by replaying it, or, of a
 * randomised model, by fresh draws.
 */
sealed interface Judge permits ReplayJudge, DrawJudge {

  /** The judge of an audit's model. */
  static Judge of(AuditPlan plan) {
    RandomisedModel randomised = RandomisedModel.of(plan);
    return randomised == null ? new ReplayJudge(plan) : new DrawJudge(plan, randomised);
  }

  /** Evaluates clean images, one finding each. */
  List<Finding> clean(Samples samples);

  /**
   * Attacks samples, one finding each.
   *
   * @param stage names the stage among all of the audit
   */
  List<Finding> attacked(String stage, Attack attack, ThreatModel threat, Samples samples);

  /**
   * Which examples that an earlier run's attack found hold: that one is allowed, and that it fools
   * the model, which is evaluated where that costs nothing and is not random.
   *
   * @param findings each with an example, of these samples
   */
  boolean[] hold(List<Finding> findings, ThreatModel threat, Samples samples);

  /** How far an attack moved the pixel that it moved farthest; null where it moves none. */
  static @Nullable Double moved(AttackResult result) {
    return result.flow() == null ? null : (Double) result.flow().length();
  }
}
