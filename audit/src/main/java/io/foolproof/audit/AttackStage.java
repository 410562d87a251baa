package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one of the audit's attacks does, on all samples together or on some after others. */
final class AttackStage {
  private final AuditPlan plan;
  private final Stages stages;
  private final Witnesses witnesses;
  private final int number;

  /** By place, what was found, and how far its example is; infinite where there is none. */
  private final Map<Integer, Finding> findings = new LinkedHashMap<>();

  private final List<Double> distances = new ArrayList<>();

  /** The places of the samples that it fooled within epsilon, or that it met NaN or infinity at. */
  private final Set<Integer> decided = new HashSet<>();

  /**
   * An attack that has not begun.
   *
   * @param number of the attack among the plan's
   */
  AttackStage(AuditPlan plan, Stages stages, Witnesses witnesses, int number) {
    this.plan = plan;
    this.stages = stages;
    this.witnesses = witnesses;
    this.number = number;
  }

  Attack attack() {
    return plan.attacks().get(number);
  }

  /** What the stage of an attack is called where it is run on all samples together. */
  static String name(AuditPlan plan, int number) {
    return "attack " + number + " " + plan.attacks().get(number).settings();
  }

  /**
   * Attacks samples that it has not attacked yet.
   *
   * @param part tells these from others that the same attack is run on; may be empty
   * @param broken takes note of places where logits were not finite
   */
  void run(String part, int[] places, boolean[] broken) {
    boolean closest = plan.closest();
    stages.attack(
        name(plan, number) + part,
        attack().name(),
        attack(),
        closest ? plan.threat().withEpsilon(plan.widest()) : plan.threat(),
        places,
        (place, finding) -> {
          boolean notFinite = finding.outcome() == Outcome.NOT_FINITE;
          broken[place] |= notFinite;
          double distance = witnesses.remember(place, finding, attack());
          distances.add(distance);
          findings.put(place, finding);
          if (notFinite || distance <= plan.threat().epsilon()) {
            decided.add(place);
          }
        });
  }

  /** The places of the samples that it attacked. */
  Set<Integer> tried() {
    return findings.keySet();
  }

  /**
   * The places of the samples that robust accuracy does not count after it: those that it fooled
   * within epsilon, and those whose logits were not finite.
   */
  Set<Integer> decided() {
    return decided;
  }

  /** What it found, by place. */
  Map<Integer, Finding> findings() {
    return findings;
  }

  /**
   * What it did.
   *
   * @param left what it and those before it did not fool
   * @param on which samples it was run on, in words; empty where on all that were left
   */
  AttackSummary summary(Proportion left, String on) {
    String note = attack().note(plan.model(), plan.threat());
    return AttackSummary.of(
        attack().name(),
        attack().settings(),
        findings.size(),
        List.copyOf(findings.values()),
        distances.stream().mapToDouble(Double::doubleValue).toArray(),
        left,
        plan,
        note.isEmpty() || on.isEmpty() ? note + on : on + "; " + note);
  }
}
